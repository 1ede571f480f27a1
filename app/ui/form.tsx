import { Form, type FormProps, useLocation, useNavigation, useSubmit } from '@remix-run/react'
import {
  type ComponentProps,
  createContext,
  type FormEvent,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import type { Problem, Refused } from '../problem.ts'
import { Button, type ButtonTone } from './button.tsx'
import { classNames } from './class-names.ts'
import { useGuardedForm } from './form-guard.tsx'
import { ProblemNote } from './problem-note.tsx'

interface FormState {
  problem?: Problem
  values?: Record<string, string[]>
  pending: boolean
}
const FormContext = createContext<FormState>({ pending: false })

interface FieldState {
  id: string
  name: string
  described?: string
  invalid: boolean
  required: boolean
}
const FieldContext = createContext<FieldState | null>(null)

/** `metadata.deposit.amount` and `services.0` speak of the form's `deposit` and `services`. */
export function fieldOfPath(path: string): string {
  return path
    .replace(/^metadata\./, '')
    .replace(/\.(amount|currency)$/, '')
    .replace(/\.\d+$/, '')
}

interface ActionFormProps extends Omit<FormProps, 'method'> {
  /** Which handler of the page's action; several forms may share a page. */
  intent: string
  /** What the action answered; shown only by the form it belongs to. */
  refused?: Refused
  /** Carried along unseen. */
  carry?: Record<string, string | number | undefined>
  /** The version being edited: stays what it was when the form was opened, so that others' changes are noticed. */
  editing?: number
  /** Told apart from other forms of the same intent by this value of a hidden field. */
  only?: { name: string; value: string }
  /** Asks before what was typed here is lost by leaving. True unless the form is carried out in place by `onSubmit`. */
  guarded?: boolean
}

/**
 * A form that posts and works before scripts load. After a refusal its fields show again what was typed, each with its
 * own message. It starts afresh with each navigation, and keeps what is being typed while live events reload the page.
 */
export function ActionForm(props: ActionFormProps) {
  const { key } = useLocation()
  return <FreshForm key={key} {...props} />
}

function FreshForm({ intent, refused, carry = {}, editing, only, guarded, children, ...rest }: ActionFormProps) {
  const [version] = useState(editing)
  const navigation = useNavigation()
  const mine = refused?.intent === intent && (!only || refused.values[only.name]?.[0] === only.value) ? refused : undefined
  const sent = navigation.state !== 'idle' ? navigation.formData : undefined
  const pending = sent?.get('intent') === intent && (!only || sent.get(only.name) === only.value)
  const { element, guard } = useGuardedForm(guarded ?? rest.onSubmit === undefined, mine !== undefined)
  const [isUnsent, setUnsent] = useState(false)
  const submit = useSubmit()
  const send = (event: FormEvent<HTMLFormElement>) => {
    guard.sending(event.currentTarget)
    if (navigator.onLine && !guard.isOffline()) return
    // A post that can't arrive would put an error where the form is: it is kept, with what was typed.
    event.preventDefault()
    const { submitter } = event.nativeEvent as SubmitEvent
    const form = event.currentTarget
    void guard.isReachable().then((reachable) => {
      setUnsent(!reachable)
      if (!reachable) return
      guard.sending(form)
      submit(submitter instanceof HTMLButtonElement ? submitter : form, { method: 'post', preventScrollReset: true })
    })
  }
  return (
    <FormContext.Provider value={{ problem: mine?.problem, values: mine?.values, pending }}>
      <Form preventScrollReset onSubmit={send} {...rest} ref={element} method="post">
        <input type="hidden" name="intent" value={intent} />
        {version === undefined ? null : <input type="hidden" name="version" value={version} />}
        {Object.entries(carry).map(([name, value]) =>
          value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
        )}
        {children}
        {isUnsent ? (
          <p role="alert" className="mt-2 text-xs font-medium text-bad-ink">
            You are offline: nothing was sent. What you typed stays here; send it again when you are back.
          </p>
        ) : null}
      </Form>
    </FormContext.Provider>
  )
}

export function useFormState(): FormState {
  return useContext(FormContext)
}

/** Why the form was refused, and what no field stands for. Takes the focus so that it is read out. */
export function FormProblem({
  className,
  own = [],
  choosing,
}: {
  className?: string
  own?: readonly string[]
  /** Free times are offered as buttons beside it. */
  choosing?: boolean
}) {
  const { problem } = useContext(FormContext)
  const note = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (problem) note.current?.focus()
  }, [problem])
  if (!problem) return null
  return (
    <div ref={note} tabIndex={-1} className={className}>
      <ProblemNote problem={problem} own={own} choosing={choosing} />
    </div>
  )
}

interface FieldProps {
  name: string
  label: ReactNode
  hint?: ReactNode
  required?: boolean
  className?: string
  children: ReactNode
  /** Names of further API fields whose messages belong here. */
  also?: readonly string[]
  hideLabel?: boolean
}

export function Field({ name, label, hint, required = false, className, children, also = [], hideLabel }: FieldProps) {
  const id = useId()
  const { problem } = useContext(FormContext)
  const messages = (problem?.errors ?? [])
    .filter((error) => [name, ...also].includes(fieldOfPath(error.path)))
    .map((error) => error.message)
  const invalid = messages.length > 0
  const described = [hint ? `${id}-hint` : '', invalid ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined
  return (
    <FieldContext.Provider value={{ id, name, described, invalid, required }}>
      <div className={classNames('min-w-0', className)}>
        <label htmlFor={id} className={classNames('mb-1 block text-xs font-medium', hideLabel && 'sr-only')}>
          {label}
          {!required && !hideLabel ? null : required ? (
            <span className="text-muted" aria-hidden="true">
              {' '}
              *
            </span>
          ) : null}
        </label>
        {children}
        {hint ? (
          <p id={`${id}-hint`} className="mt-1 text-xs text-muted">
            {hint}
          </p>
        ) : null}
        {invalid ? (
          <p id={`${id}-error`} className="mt-1 text-xs font-medium text-bad-ink">
            {messages.map(sentence).join(' ')}
          </p>
        ) : null}
      </div>
    </FieldContext.Provider>
  )
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function useControl(given?: string | number | readonly string[]) {
  const field = useContext(FieldContext)
  const { values } = useContext(FormContext)
  const typed = field ? values?.[field.name]?.[0] : undefined
  return {
    id: field?.id,
    name: field?.name,
    required: field?.required || undefined,
    'aria-describedby': field?.described,
    'aria-invalid': field?.invalid || undefined,
    defaultValue: typed ?? given,
  }
}

export function Input({ className, defaultValue, ...rest }: InputHTMLAttributes<HTMLInputElement>) {
  return <input {...useControl(defaultValue)} {...rest} className={classNames('field', className)} />
}

/** An amount of money, typed as 250.00. */
export function MoneyInput({ currency = 'GBP', className, ...rest }: ComponentProps<typeof Input> & { currency?: string }) {
  return (
    <span className="relative block">
      <Input {...rest} inputMode="decimal" autoComplete="off" className={classNames('pr-11', className)} />
      <span className="pointer-events-none absolute inset-y-0 right-0 flex items-center pr-2.5 text-xs text-muted">
        {currency}
      </span>
    </span>
  )
}

export function Textarea({ className, defaultValue, rows = 3, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea {...useControl(defaultValue)} rows={rows} {...rest} className={classNames('field', className)} />
}

export interface Option {
  value: string
  label: string
}

export function Select({
  options,
  groups,
  empty,
  className,
  defaultValue,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & {
  options?: readonly Option[]
  groups?: readonly { label: string; options: readonly Option[] }[]
  /** Text of the choice that means none. */
  empty?: string
}) {
  return (
    <select {...useControl(defaultValue)} {...rest} className={classNames('field', className)}>
      {empty === undefined ? null : <option value="">{empty}</option>}
      {options?.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
      {groups?.map((group) => (
        <optgroup key={group.label} label={group.label}>
          {group.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  )
}

export function Checkbox({
  label,
  name,
  value = 'on',
  defaultChecked,
  className,
  type = 'checkbox',
  ...rest
}: Omit<InputHTMLAttributes<HTMLInputElement>, 'type' | 'name'> & {
  label: ReactNode
  name: string
  type?: 'checkbox' | 'radio'
}) {
  const { values } = useContext(FormContext)
  const checked = values ? (values[name]?.includes(String(value)) ?? false) : defaultChecked
  return (
    <label className={classNames('flex cursor-pointer items-start gap-2 py-0.5 text-sm', className)}>
      <input {...rest} type={type} name={name} value={value} defaultChecked={checked} className="check" />
      <span className="min-w-0">{label}</span>
    </label>
  )
}

/** A set of choices under one name, read out as a group. */
export function CheckboxGroup({ legend, children, className }: { legend: ReactNode; children: ReactNode; className?: string }) {
  return (
    <fieldset className={className}>
      <legend className="mb-1 text-xs font-medium">{legend}</legend>
      {children}
    </fieldset>
  )
}

/** Messages of a field that is a group of choices. */
export function GroupError({ name }: { name: string }) {
  const { problem } = useContext(FormContext)
  const messages = (problem?.errors ?? []).filter((error) => fieldOfPath(error.path) === name).map((error) => error.message)
  return messages.length > 0 ? <p className="mt-1 text-xs font-medium text-bad-ink">{messages.map(sentence).join(' ')}</p> : null
}

export function Submit({
  tone = 'primary',
  busy = 'Saving…',
  children,
  ...rest
}: ComponentProps<typeof Button> & { tone?: ButtonTone; busy?: string }) {
  const { pending } = useContext(FormContext)
  return (
    <Button tone={tone} {...rest} type="submit" disabled={pending}>
      {pending ? busy : children}
    </Button>
  )
}

/** Fields side by side where there is room. */
export function FieldRow({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={classNames('grid gap-3 sm:grid-cols-2', className)}>{children}</div>
}

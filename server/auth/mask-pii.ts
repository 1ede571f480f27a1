import type { z } from 'zod'
import { type PiiKind, piiRegistry } from '#server/trpc/fields.ts'
import type { CallCtx } from '#server/trpc/init.ts'

/** What this person may see in this answer. */
export interface View {
  names: boolean
  contact: boolean
  text: boolean
}

/** The third layer: by permission, and by whether this answer's subject was revealed to its owner. */
export function viewOf(ctx: CallCtx): View {
  if (ctx.actor.kind === 'system') return { names: true, contact: true, text: true }
  const has = ctx.actor.permissions
  const all = has.has('pii.read')
  return {
    names: all || has.has('pii.names'),
    contact: all || ctx.answer.revealed === true,
    text: all || has.has('pii.read_own'),
  }
}

/** `+447700900123` → `+447700***123`: three characters are hidden of any number, all of one that is that short. */
export function maskPhone(phone: string): string {
  return phone.length <= 6 ? '***' : `${phone.slice(0, phone.length - 6)}***${phone.slice(-3)}`
}

/** `jane@example.com` → `ja***@example.com`; the name part never shows whole. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  if (at < 0) return '***'
  const local = email.slice(0, at)
  return `${local.slice(0, Math.min(2, Math.max(local.length - 1, 0)))}***${email.slice(at)}`
}

/** `Jane Elizabeth Doe` → `J. E. D.`. */
export function maskName(name: string): string {
  const initials = name.split(/\s+/).filter(Boolean).slice(0, 3)
  return initials.map((part) => `${[...part][0]?.toUpperCase() ?? ''}.`).join(' ') || '—'
}

export const HIDDEN = '•••'

function hideLeaves(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideLeaves)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hideLeaves(item)]))
  }
  return typeof value === 'string' && value.length > 0 ? HIDDEN : value
}

/** Fields that hold a state, a moment, a choice from a list or an id; whatever else is text may hold anything. */
const PLAIN_FIELD =
  /^(status|\w+_status|\w*_?id|\w+_at|window_(from|to)|priority|severity|source|currency|call_type|duration|visibility|services|locations?|code|rule|roles|permissions|preferred_channel)$/

/** Hides text by the name of its field: what happened stays readable, about whom does not. */
function hideFields(value: unknown, plain = false): unknown {
  if (Array.isArray(value)) return value.map((item) => hideFields(item, plain))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hideFields(item, PLAIN_FIELD.test(key))]))
  }
  return plain ? value : hideLeaves(value)
}

function maskValue(kind: PiiKind, value: unknown, view: View): unknown {
  if (value === null || value === undefined) return value
  switch (kind) {
    case 'name':
      return view.names ? value : maskName(String(value))
    case 'email':
      return view.contact ? value : maskEmail(String(value))
    case 'phone':
      return view.contact ? value : maskPhone(String(value))
    case 'reference':
      return view.names || view.text ? value : hideLeaves(value)
    case 'text':
      return view.text ? value : hideLeaves(value)
    case 'record':
      return view.contact && view.text ? value : hideFields(value)
  }
}

type Mask = (value: unknown, view: View) => unknown

const compiled = new WeakMap<z.core.$ZodType, Mask | null>()

/** Current values in the answer to a stale write: free text only for who may read it. */
export function maskChanged(changed: Record<string, unknown>, view: View): Record<string, unknown> {
  if (view.text) return changed
  return Object.fromEntries(Object.entries(changed).map(([key, value]) => [key, key === 'status' ? value : hideLeaves(value)]))
}

/** The masking function of an output schema, computed once; undefined when nothing in it is personal. */
export function maskerOf<O extends z.ZodType>(schema: O): ((value: z.output<O>, view: View) => z.output<O>) | undefined {
  const mask = compile(schema)
  return mask ? (value, view) => mask(value, view) as z.output<O> : undefined
}

function compile(schema: z.core.$ZodType): Mask | null {
  const known = compiled.get(schema)
  if (known !== undefined) return known
  compiled.set(schema, null)
  const mask = build(schema)
  compiled.set(schema, mask)
  return mask
}

function build(schema: z.core.$ZodType): Mask | null {
  const tag = piiRegistry.get(schema as z.ZodType)
  if (tag) return (value, view) => maskValue(tag.pii, value, view)
  const def = (schema as z.core.$ZodTypes)._zod.def
  switch (def.type) {
    case 'object': {
      const fields = Object.entries(def.shape)
        .map(([key, field]) => [key, compile(field)] as const)
        .filter((entry): entry is readonly [string, Mask] => entry[1] !== null)
      if (fields.length === 0) return null
      return (value, view) => {
        if (typeof value !== 'object' || value === null) return value
        const source: Record<string, unknown> = { ...value }
        for (const [key, mask] of fields) if (key in source) source[key] = mask(source[key], view)
        return source
      }
    }
    case 'array': {
      const item = compile(def.element)
      return item ? (value, view) => (Array.isArray(value) ? value.map((one) => item(one, view)) : value) : null
    }
    case 'nullable':
    case 'optional':
    case 'readonly':
    case 'default': {
      const inner = compile(def.innerType)
      return inner ? (value, view) => (value === null || value === undefined ? value : inner(value, view)) : null
    }
    case 'union': {
      const options = def.options.map(compile)
      if (options.every((option) => option === null)) return null
      throw new Error('personal data inside a union can not be masked reliably: give the field a type of its own')
    }
    default:
      return null
  }
}

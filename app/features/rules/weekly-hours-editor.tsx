import { Copy, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../ui/button.tsx'
import { useFormState } from '../../ui/form.tsx'
import { useScripted } from '../../ui/use-scripted.ts'
import { HoursBar, HoursScale } from './hours-bar.tsx'
import { clockOf, copyDay, type HoursPeriod, inOrder, totalOf, WEEKDAYS, withPeriod } from './weekly-hours.ts'

/** A period as it is typed: texts, which may be half done. */
interface Typed {
  weekday: number
  from: string
  to: string
}

const WORKDAYS = [1, 2, 3, 4, 5]
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const USUAL: { label: string; days: readonly number[]; from: number; to: number }[] = [
  { label: 'Mon–Fri 10–18', days: WORKDAYS, from: 600, to: 1_080 },
  { label: 'Every day 12–24', days: EVERY_DAY, from: 720, to: 1_440 },
  { label: 'Nights 18–02', days: EVERY_DAY, from: 1_080, to: 1_560 },
]

function typedOf({ weekday, from, to }: HoursPeriod): Typed {
  return { weekday, from: clockOf(from), to: clockOf(to) }
}

function read(typed: readonly Typed[]): HoursPeriod[] {
  const minute = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
  return inOrder(
    typed.flatMap(({ weekday, from, to }) => {
      if (!from || !to) return []
      const [start, end] = [minute(from), minute(to)]
      return [{ weekday, from: start, to: end > start ? end : end + 1_440 }]
    }),
  )
}

/** What the fields of a refused form held: `from.1`, `to.1`, … */
function typedBefore(values: Record<string, string[]> | undefined): Typed[] | null {
  if (!values || !EVERY_DAY.some((day) => values[`from.${day}`])) return null
  return EVERY_DAY.flatMap((weekday) =>
    (values[`from.${weekday}`] ?? []).map((from, index) => ({ weekday, from, to: values[`to.${weekday}`]?.[index] ?? '' })),
  )
}

/**
 * The week as seven bars to paint on and times to type. Posts `from.1`, `to.1`, … per weekday. Without scripts each day
 * offers one more period than it has.
 */
export function WeeklyHoursEditor({ periods }: { periods: readonly HoursPeriod[] }) {
  const scripted = useScripted()
  const { values } = useFormState()
  const [typed, setTyped] = useState<readonly Typed[]>(() => typedBefore(values) ?? periods.map(typedOf))
  const week = read(typed)
  const set = (next: readonly HoursPeriod[]) => setTyped(next.map(typedOf))
  const change = (changed: Typed, part: 'from' | 'to', text: string) =>
    setTyped(typed.map((one) => (one === changed ? { ...one, [part]: text } : one)))
  return (
    <div className="hours">
      {scripted ? (
        <div className="mb-2 flex flex-wrap items-center gap-1.5">
          <span className="text-xs text-muted">Begin with</span>
          {USUAL.map((usual) => (
            <Button
              key={usual.label}
              small
              onClick={() => set(usual.days.map((weekday) => ({ weekday, from: usual.from, to: usual.to })))}
            >
              {usual.label}
            </Button>
          ))}
          <Button small tone="quiet" onClick={() => set([])}>
            Clear
          </Button>
          <output className="ml-auto text-xs text-muted tabular-nums">{totalOf(week)} a week</output>
        </div>
      ) : null}
      <HoursScale />
      {WEEKDAYS.map((name, index) => {
        const weekday = index + 1
        const mine = typed.filter((one) => one.weekday === weekday)
        return (
          <fieldset key={name} className="hours-day">
            <legend className="sr-only">{name}</legend>
            <span aria-hidden="true" className="hours-name">
              {name.slice(0, 3)}
            </span>
            <HoursBar
              periods={week.filter((period) => period.weekday === weekday)}
              onPaint={scripted ? (from, to) => set(withPeriod(week, { weekday, from, to })) : undefined}
            />
            <div className="hours-times">
              {mine.map((one, at) => (
                <TypedPeriod
                  // Its place in the day is its identity, and its fields hold no state of their own.
                  // biome-ignore lint/suspicious/noArrayIndexKey: see above
                  key={`${name} ${at}`}
                  name={name}
                  number={at + 1}
                  period={one}
                  onChange={(part, text) => change(one, part, text)}
                  onRemove={scripted ? () => setTyped(typed.filter((other) => other !== one)) : undefined}
                />
              ))}
              {scripted ? null : <TypedPeriod name={name} number={mine.length + 1} period={{ weekday, from: '', to: '' }} />}
              {mine.length === 0 && scripted ? <span className="text-sm text-muted">closed</span> : null}
              {scripted ? (
                <span className="hours-tools">
                  <IconButton small label={`Add hours on ${name}`} onClick={() => set(addedTo(week, weekday))}>
                    <Plus aria-hidden="true" className="size-3.5" />
                  </IconButton>
                  {mine.length > 0 ? (
                    <IconButton
                      small
                      label={weekday <= 5 ? `Copy ${name} to Monday–Friday` : `Copy ${name} to the whole weekend`}
                      onClick={() => set(copyDay(week, weekday, weekday <= 5 ? WORKDAYS : [6, 7]))}
                    >
                      <Copy aria-hidden="true" className="size-3.5" />
                    </IconButton>
                  ) : null}
                </span>
              ) : null}
            </div>
          </fieldset>
        )
      })}
      <p className="mt-2 text-xs text-muted">
        {scripted ? 'Drag over a day to paint hours, or type them. ' : ''}An end before its start is in the night after.
      </p>
    </div>
  )
}

/** One more stretch after the last one of the day. */
function addedTo(week: readonly HoursPeriod[], weekday: number): HoursPeriod[] {
  const last = week.filter((period) => period.weekday === weekday).at(-1)
  const from = last ? Math.min(last.to + 60, 1_380) : 600
  if (last && from <= last.to) return [...week]
  return withPeriod(week, { weekday, from, to: last ? Math.min(from + 120, 1_440) : 1_080 })
}

function TypedPeriod({
  name,
  number,
  period,
  onChange,
  onRemove,
}: {
  name: string
  number: number
  period: Typed
  onChange?: (part: 'from' | 'to', text: string) => void
  onRemove?: () => void
}) {
  const which = number === 1 ? name : `${name}, period ${number}`
  const field = (part: 'from' | 'to', text: string) => (
    <input
      type="time"
      name={`${part}.${period.weekday}`}
      aria-label={`${which}, ${part === 'from' ? 'from' : 'until'}`}
      className="field hours-field"
      {...(onChange ? { value: text, onChange: (event) => onChange(part, event.target.value) } : { defaultValue: text })}
    />
  )
  return (
    <span className="hours-period">
      {field('from', period.from)}
      <span aria-hidden="true">–</span>
      {field('to', period.to)}
      {onRemove ? (
        <IconButton small label={`Remove ${which}`} onClick={onRemove}>
          <X aria-hidden="true" className="size-3.5" />
        </IconButton>
      ) : null}
    </span>
  )
}

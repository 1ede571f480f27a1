import { useState } from 'react'
import { Money, moneyText } from '../../ui/money.tsx'
import { formatTime } from '../../ui/time.tsx'
import { useScripted } from '../../ui/use-scripted.ts'
import type { CancelPreview } from './types.ts'

const HOUR = 3_600_000

/**
 * What cancelling gives back at any moment from now until the start: the whole of it as steps, and one moment of it under
 * the slider. The amounts are the server's; the slider only picks among them.
 */
export function CancelSlider({ preview }: { preview: CancelPreview }) {
  const scripted = useScripted()
  const start = Date.parse(preview.startsAt)
  const from = Date.parse(preview.at)
  const hours = Math.max(1, Math.ceil((start - from) / HOUR))
  const [later, setLater] = useState(0)
  const at = Math.min(start, from + later * HOUR)
  const step = stepAt(preview, at)
  const { zone } = preview
  const when = later === 0 ? 'now' : `${formatTime(at, zone, 'day')}, ${formatTime(at, zone, 'time')}`
  return (
    <div>
      <Steps preview={preview} at={at} />
      {scripted && preview.steps.length > 1 ? (
        <div className="mt-4">
          <label htmlFor="later" className="block text-sm font-medium">
            If you cancelled later
          </label>
          <input
            id="later"
            type="range"
            min={0}
            max={hours}
            step={1}
            value={later}
            onChange={(event) => setLater(Number(event.currentTarget.value))}
            aria-valuetext={`${when}: ${moneyText(step.gives)}`}
            className="mt-2 h-8 w-full accent-(--accent)"
          />
          <p className="flex flex-wrap justify-between gap-x-4 text-sm">
            <span className="inline-block text-muted first-letter:uppercase">{when}</span>
            <span>
              gives back{' '}
              <strong>
                <Money value={step.gives} />
              </strong>{' '}
              <span className="text-muted">({step.percent} %)</span>
            </span>
          </p>
        </div>
      ) : null}
    </div>
  )
}

function stepAt(preview: CancelPreview, at: number): CancelPreview['steps'][number] {
  const found = preview.steps.find((step) => step.until === null || at <= Date.parse(step.until))
  return found ?? preview.steps[preview.steps.length - 1] ?? { until: null, percent: 0, gives: { ...preview.paid, amount: 0 } }
}

/** Bars as wide as each step lasts; the words say the same. */
function Steps({ preview, at }: { preview: CancelPreview; at: number }) {
  const { zone } = preview
  const start = Date.parse(preview.startsAt)
  const from = Date.parse(preview.at)
  const current = stepAt(preview, at)
  return (
    <>
      <div aria-hidden="true" className="flex h-16 items-end gap-1">
        {preview.steps.map((step, index) => {
          const begins = index === 0 ? from : Date.parse(preview.steps[index - 1]?.until ?? preview.at)
          const ends = step.until === null ? start : Date.parse(step.until)
          return (
            <span
              key={step.until ?? 'after'}
              style={{ flexGrow: Math.max(1, ends - begins), flexBasis: '1.25rem', height: `${Math.max(6, step.percent)}%` }}
              className={step === current ? 'min-w-3 rounded-t bg-accent' : 'min-w-3 rounded-t bg-(--chart-soft)'}
            />
          )
        })}
      </div>
      <ul className="mt-2 flex flex-col text-sm">
        {preview.steps.map((step) => (
          <li
            key={step.until ?? 'after'}
            aria-current={step === current ? 'true' : undefined}
            className={
              step === current
                ? 'flex justify-between gap-4 border-t border-line py-2 font-semibold first:border-t-0'
                : 'flex justify-between gap-4 border-t border-line py-2 text-muted first:border-t-0'
            }
          >
            <span>
              {step.until
                ? `Until ${formatTime(step.until, zone, 'day')}, ${formatTime(step.until, zone, 'time')}`
                : 'After that'}
            </span>
            <span className="flex-none text-right whitespace-nowrap">
              <Money value={step.gives} /> ({step.percent} %)
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

import { Link } from '@remix-run/react'
import { type ReactNode, useId } from 'react'

const number = (value: number) => value.toLocaleString('en-GB')

/** Points of a line in a box of the given size; nothing lies on the bottom, `most` at the top. */
function pointsOf(values: readonly number[], width: number, height: number, most: number): [number, number][] {
  const step = values.length > 1 ? width / (values.length - 1) : 0
  return values.map((value, at) => [at * step, height - (value / most) * height])
}

const pathOf = (points: readonly [number, number][]) =>
  points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')

/** A line without axes beside a number: which way it has gone. Its words say the same. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  if (values.length < 2) return null
  const [width, height, edge] = [96, 24, 2]
  const points = pointsOf(values, width - edge * 2, height - edge * 2, Math.max(1, ...values))
  const last = points.at(-1) ?? [0, 0]
  const path = pathOf(points)
  return (
    <svg
      role="img"
      aria-label={`${label}: ${values.map(number).join(', ')}`}
      viewBox={`${-edge} ${-edge} ${width} ${height}`}
      width={width}
      height={height}
      className="min-w-0 shrink overflow-visible"
    >
      <path d={`${path}L${last[0]} ${height - edge}L0 ${height - edge}Z`} className="fill-chart-soft opacity-60" />
      <path d={path} className="fill-none stroke-chart-1" strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" />
      <circle cx={last[0]} cy={last[1]} r="2" className="fill-chart-1" />
    </svg>
  )
}

export interface Series {
  name: string
  values: readonly number[]
}
const STROKES = ['stroke-chart-1', 'stroke-chart-2', 'stroke-chart-3', 'stroke-chart-4']
const GROUNDS = ['bg-chart-1', 'bg-chart-2', 'bg-chart-3', 'bg-chart-4']
const DASHES = [undefined, '5 3', '2 3', '8 3 2 3']

/** Lines over the same steps, e.g. days. Colour and dashes tell them apart; the same figures stand in a table. */
export function LineChart({
  caption,
  steps,
  series,
  children,
}: {
  caption: string
  steps: readonly string[]
  series: readonly Series[]
  children?: ReactNode
}) {
  const [width, height] = [600, 160]
  const most = niceTop(Math.max(1, ...series.flatMap((one) => one.values)))
  const lines = [0, 0.5, 1]
  return (
    <figure className="min-w-0">
      <ChartHead caption={caption}>
        {series.map((one, at) => (
          <span key={one.name} className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className={`h-0.5 w-3 rounded-full ${GROUNDS[at % 4]}`} />
            {one.name}
          </span>
        ))}
      </ChartHead>
      <svg aria-hidden="true" viewBox={`-28 -8 ${width + 36} ${height + 28}`} className="w-full text-muted">
        {lines.map((at) => (
          <g key={at}>
            <line x1="0" x2={width} y1={height - at * height} y2={height - at * height} className="stroke-line" />
            <text x="-6" y={height - at * height + 3.5} textAnchor="end" fontSize="10" fill="currentColor">
              {number(most * at)}
            </text>
          </g>
        ))}
        {[0, Math.floor((steps.length - 1) / 2), steps.length - 1].map((at, place) => (
          <text
            key={`${at} ${steps[at]}`}
            x={(width / Math.max(1, steps.length - 1)) * at}
            y={height + 15}
            textAnchor={place === 0 ? 'start' : place === 1 ? 'middle' : 'end'}
            fontSize="10"
            fill="currentColor"
          >
            {steps[at]}
          </text>
        ))}
        {series.map((one, at) => (
          <path
            key={one.name}
            d={pathOf(pointsOf(one.values, width, height, most))}
            className={`fill-none ${STROKES[at % 4]}`}
            strokeWidth="2"
            strokeDasharray={DASHES[at % 4]}
            strokeLinejoin="round"
          />
        ))}
      </svg>
      <ChartTable caption={caption} steps={steps} series={series} />
      {children}
    </figure>
  )
}

export interface Bar {
  label: string
  value: number
  /** There are more than were counted. */
  more?: boolean
  /** Where its rows are. */
  to?: string
}

/** Amounts side by side, each with its number written out; a list, so it needs no table beside it. */
export function BarChart({ caption, bars, unit }: { caption: string; bars: readonly Bar[]; unit?: (value: number) => string }) {
  const most = Math.max(1, ...bars.map((bar) => bar.value))
  const id = useId()
  return (
    <figure aria-labelledby={id} className="min-w-0">
      <figcaption id={id} className="sr-only">
        {caption}
      </figcaption>
      <ul className="flex flex-col gap-1">
        {bars.map((bar) => {
          const inside = (
            <>
              <span className="flex justify-between gap-3 text-sm">
                <span className="min-w-0 truncate">{bar.label}</span>
                <span className="font-semibold">
                  {unit ? unit(bar.value) : number(bar.value)}
                  {bar.more ? '+' : ''}
                </span>
              </span>
              <span aria-hidden="true" className="mt-0.5 block h-1.5 rounded-full bg-neutral-soft">
                <span
                  className="block h-full rounded-full bg-chart-1"
                  style={{ width: bar.value === 0 ? '0' : `max(3px, ${(bar.value / most) * 100}%)` }}
                />
              </span>
            </>
          )
          return (
            <li key={bar.label}>
              {bar.to ? (
                <Link to={bar.to} className="block rounded-md py-0.5 hover:text-link">
                  {inside}
                </Link>
              ) : (
                <div className="py-0.5">{inside}</div>
              )}
            </li>
          )
        })}
      </ul>
    </figure>
  )
}

function ChartHead({ caption, children }: { caption: string; children: ReactNode }) {
  return (
    <figcaption className="mb-1 flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-xs text-muted">
      <span className="font-medium text-text">{caption}</span>
      <span className="flex flex-wrap gap-3">{children}</span>
    </figcaption>
  )
}

/** What the lines show, for those who would rather read. */
function ChartTable({ caption, steps, series }: { caption: string; steps: readonly string[]; series: readonly Series[] }) {
  return (
    <details className="no-print text-xs">
      <summary className="inline-block text-link hover:underline">As a table</summary>
      <div className="mt-1 max-h-56 overflow-auto">
        <table className="table">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">When</th>
              {series.map((one) => (
                <th key={one.name} scope="col" className="end">
                  {one.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {steps.map((step, at) => (
              <tr key={step}>
                <td>{step}</td>
                {series.map((one) => (
                  <td key={one.name} className="end">
                    {number(one.values[at] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

/** The next round number above, so that the scale reads well. */
function niceTop(value: number): number {
  const base = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 5, 10].find((step) => step * base >= value) ?? 10) * base
}

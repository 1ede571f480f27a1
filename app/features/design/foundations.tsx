import { Part, State } from './sample.tsx'

const SURFACES = ['bg', 'surface', 'raised', 'subtle', 'hover', 'selected'] as const
const MEANINGS = ['neutral', 'info', 'good', 'warn', 'bad', 'plum'] as const
const CHART = ['chart-1', 'chart-2', 'chart-3', 'chart-4', 'chart-soft'] as const
const TYPE = [
  ['text-2xl font-semibold', '26 / 32', 'A figure'],
  ['text-xl font-semibold', '20 / 26', 'The name of a page'],
  ['text-lg font-semibold', '16 / 24', 'The name of a card in the panel'],
  ['text-base', '14 / 21', 'What one reads'],
  ['text-sm', '13 / 19', 'Rows, fields, buttons'],
  ['text-xs text-muted', '12 / 16', 'What stands beside it'],
] as const
const SPACES = [1, 2, 3, 4, 6, 8] as const

export function Foundations() {
  return (
    <>
      <Part
        name="Colour"
        says="Surfaces, one accent for what is next and what is chosen, six meanings as soft ground with an ink. Text is 4.5:1 on each surface, lines around controls 3:1."
        show={() => (
          <>
            <Swatches names={SURFACES.map((name) => ({ name, style: { background: `var(--${name})` } }))} />
            <div className="flex flex-wrap gap-1.5">
              {MEANINGS.map((name) => (
                <span
                  key={name}
                  className="rounded-md px-2 py-1 text-xs font-medium"
                  style={{ background: `var(--${name}-soft)`, color: `var(--${name}-ink)` }}
                >
                  {name}
                </span>
              ))}
              <span className="rounded-md bg-accent px-2 py-1 text-xs font-medium text-accent-text">accent</span>
              <span className="rounded-md bg-danger px-2 py-1 text-xs font-medium text-danger-text">danger</span>
            </div>
            <Swatches names={CHART.map((name) => ({ name, style: { background: `var(--${name})` } }))} />
            <p className="text-sm">
              Text, <span className="text-muted">muted text</span>, <span className="text-link">a link</span>
            </p>
          </>
        )}
      />
      <Part
        name="Type"
        says="Six sizes, two weights. Figures are tabular so that columns and countdowns stand still."
        show={() => (
          <dl className="flex flex-col gap-1.5">
            {TYPE.map(([look, size, use]) => (
              <div key={size} className="grid grid-cols-[4rem_minmax(0,1fr)] items-baseline gap-3">
                <dt className="text-xs text-muted">{size}</dt>
                <dd className={look}>{use} 0123456789</dd>
              </div>
            ))}
          </dl>
        )}
      />
      <Part
        name="Space and density"
        says="Steps of 4 px. Rows, controls and cards take their heights from the density a person chose; fingers always get at least 36 px."
        show={() => (
          <>
            <div className="flex items-end gap-2">
              {SPACES.map((step) => (
                <span key={step} className="flex flex-col items-center gap-1 text-xs text-muted">
                  <span
                    aria-hidden="true"
                    className="bg-accent-soft"
                    style={{ width: `${step * 4}px`, height: `${step * 4}px` }}
                  />
                  {step * 4}
                </span>
              ))}
            </div>
            {(['comfortable', 'compact'] as const).map((density) => (
              <State key={density} of={density}>
                <span data-density={density === 'compact' ? 'compact' : undefined} className="btn btn-secondary">
                  Control
                </span>
              </State>
            ))}
          </>
        )}
      />
      <Part
        name="Focus and motion"
        says="One ring for everything that can have the focus. A state answers in 110 ms; what comes or goes takes 220 ms; nothing moves for people who asked for less motion."
        show={() => (
          <>
            <State of="focus">
              <span className="btn btn-secondary outline-2 outline-offset-2 outline-focus">Focused</span>
              <span className="field w-36! outline-2 outline-focus">Focused field</span>
              <span className="link rounded-sm outline-2 outline-offset-2 outline-focus">Focused link</span>
            </State>
            <State of="elevation">
              <span className="rounded-lg border border-line bg-surface px-3 py-2 text-sm shadow-card">Card</span>
              <span className="float px-3 py-2 text-sm">Floats</span>
            </State>
          </>
        )}
      />
    </>
  )
}

function Swatches({ names }: { names: readonly { name: string; style: { background: string } }[] }) {
  return (
    <ul className="flex flex-wrap gap-2">
      {names.map(({ name, style }) => (
        <li key={name} className="flex w-16 flex-col gap-1 text-xs text-muted">
          <span aria-hidden="true" className="h-8 rounded-md border border-line" style={style} />
          {name}
        </li>
      ))}
    </ul>
  )
}

import { entityListPath } from '../paths.ts'
import { words } from '../ui/badge.tsx'
import { BOX, layoutMachine } from './lifecycle-layout.ts'

export interface Machine {
  noun: string
  states: { name: string; initial: boolean; final: boolean; count: number }[]
  edges: { from: string; to: string; event: string; label: string; rules: string[]; automatic: boolean }[]
}

/** A machine as its definition says: states with how many stand there, transitions with the word on their button. */
export function LifecycleChart({ machine }: { machine: Machine }) {
  const layout = layoutMachine(machine.states, machine.edges)
  const arrow = `arrow-${machine.noun}`
  const states = new Map(machine.states.map((state) => [state.name, state]))
  return (
    <div className="overflow-x-auto">
      <svg
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        width={layout.width}
        height={layout.height}
        className={layout.width > 720 ? 'h-auto max-w-full min-w-[46rem]' : 'h-auto max-w-full'}
      >
        <title>{`Lifecycle of a ${machine.noun}`}</title>
        <defs>
          <marker id={arrow} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
            <path d="M0 0.5 7.5 4 0 7.5z" className="fill-muted" />
          </marker>
        </defs>
        {layout.routes.map(({ edge, path }) => (
          <path
            key={`${edge.from} ${edge.to}`}
            d={path}
            fill="none"
            strokeWidth="1.25"
            strokeDasharray={edge.automatic ? '4 3' : undefined}
            markerEnd={`url(#${arrow})`}
            className="stroke-line-strong"
          >
            <title>{`${words(edge.from)} → ${words(edge.to)}: ${edge.label}`}</title>
          </path>
        ))}
        {layout.routes.map(({ edge, label }) => (
          <text
            key={`${edge.from} ${edge.to}`}
            x={label.x}
            y={label.y}
            textAnchor="middle"
            fontSize="10.5"
            strokeWidth="4"
            strokeLinejoin="round"
            paintOrder="stroke"
            className="fill-muted stroke-surface"
          >
            {edge.label}
          </text>
        ))}
        {layout.boxes.map((box) => {
          const state = states.get(box.name)
          const count = state?.count ?? 0
          return (
            <a key={box.name} href={entityListPath(machine.noun, box.name)} className="group">
              <rect
                x={box.x}
                y={box.y}
                width={BOX.width}
                height={BOX.height}
                rx={state?.final ? 20 : 7}
                strokeWidth={state?.initial ? 2 : 1.25}
                className={
                  state?.initial
                    ? 'fill-accent-soft stroke-accent group-hover:fill-hover'
                    : state?.final
                      ? 'fill-subtle stroke-line-strong group-hover:fill-hover'
                      : 'fill-surface stroke-line-strong group-hover:fill-hover'
                }
              />
              <text
                x={box.x + BOX.width / 2}
                y={box.y + 17}
                textAnchor="middle"
                fontSize="12"
                fontWeight="600"
                className="fill-text"
              >
                {words(box.name)}
              </text>
              <text x={box.x + BOX.width / 2} y={box.y + 32} textAnchor="middle" fontSize="11" className="fill-muted">
                {count.toLocaleString('en-GB')}
              </text>
            </a>
          )
        })}
      </svg>
    </div>
  )
}

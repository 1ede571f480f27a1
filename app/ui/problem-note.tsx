import type { Problem } from '../problem.ts'
import { Callout } from './callout.tsx'
import { fieldOfPath } from './form.tsx'
import { TimeText } from './time.tsx'

/**
 * A refusal in words: which rule, what is possible, what is in the way. `own` names fields that show their own message. Of free times
 * it makes a list, unless whoever shows it offers them as buttons (`choosing`).
 */
export function ProblemNote({
  problem,
  own = [],
  choosing = false,
}: {
  problem: Problem
  own?: readonly string[]
  choosing?: boolean
}) {
  const elsewhere = (problem.errors ?? []).filter((error) => !own.includes(fieldOfPath(error.path)))
  const marked = problem.code === 'invalid' && (problem.errors?.length ?? 0) > 0 && elsewhere.length === 0
  const changed = Object.keys(problem.changed ?? {})
  return (
    <Callout tone={problem.code === 'confirmed' ? 'good' : 'bad'} title={problem.title} role="alert">
      <p className="first-letter:uppercase">{marked ? 'See what is marked below.' : problem.detail}</p>
      {elsewhere.length > 0 && (problem.errors?.length ?? 0) > 1 ? (
        <ul className="mt-1 list-disc pl-4">
          {elsewhere.map((error) => (
            <li key={`${error.path} ${error.message}`}>
              {error.path ? `${error.path}: ` : ''}
              {error.message}
            </li>
          ))}
        </ul>
      ) : null}
      {changed.length > 0 ? (
        <p className="mt-1">Changed meanwhile: {changed.join(', ')}. Reload the page to see it, then try again.</p>
      ) : null}
      {problem.conflict ? (
        <p className="mt-1">
          Taken from <TimeText at={problem.conflict.from} /> to <TimeText at={problem.conflict.to} />.
        </p>
      ) : null}
      {!choosing && problem.alternatives && problem.alternatives.length > 0 ? (
        <>
          <p className="mt-1 font-medium">Free instead:</p>
          <ul className="mt-0.5 list-disc pl-4">
            {problem.alternatives.map((free) => (
              <li key={`${free.modelId} ${free.start}`}>
                {free.modelName}, <TimeText at={free.start} /> to <TimeText at={free.end} />
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Callout>
  )
}

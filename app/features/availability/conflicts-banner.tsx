import { TriangleAlert } from 'lucide-react'
import type { Answer } from '../../live/call.ts'
import { entityPath, paths } from '../../paths.ts'
import type { Refused } from '../../problem.ts'
import { LinkButton, TextLink } from '../../ui/button.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'

export type Conflicts = Answer<'mismatches', 'list'>
type Conflict = Conflicts['items'][number]
type Fix = Conflict['fixes'][number]

const MOST_FIXES = 3

/** What does not fit in the models' time, worst first, each with its best ways to mend it. Gone when nothing is wrong. */
export function ConflictsBanner({ conflicts, mayFix, refused }: { conflicts: Conflicts; mayFix: boolean; refused?: Refused }) {
  const { items, nextCursor } = conflicts
  if (items.length === 0) return null
  const count = `${items.length}${nextCursor ? ' or more' : ''} ${items.length === 1 ? 'conflict' : 'conflicts'}`
  return (
    <section aria-label="Conflicts" className="conflicts" data-testid="conflicts">
      <details open={items.length <= 2}>
        <summary className="conflicts-head">
          <TriangleAlert aria-hidden="true" className="size-4 flex-none" />
          <span className="font-semibold">{count}</span>
          <span className="conflicts-first">{items[0]?.summary}</span>
          <span className="conflicts-more">Show</span>
        </summary>
        <ul>
          {items.map((conflict) => (
            <li key={conflict.id} className="conflict">
              <div className="min-w-0 flex-1">
                <p>{conflict.summary}</p>
                <p className="text-xs opacity-80">
                  {conflict.exception ? (
                    <>
                      <TextLink to={paths.exceptions.detail(conflict.exception.id)}>{conflict.exception.ref}</TextLink> ·{' '}
                    </>
                  ) : null}
                  {conflict.expected === '' ? null : `Expected: ${conflict.expected}`}
                </p>
              </div>
              <Fixes conflict={conflict} mayFix={mayFix} refused={refused} />
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}

function Fixes({ conflict, mayFix, refused }: { conflict: Conflict; mayFix: boolean; refused?: Refused }) {
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {conflict.fixes.slice(0, MOST_FIXES).map((fix) => {
        const to = pageOf(fix)
        if (to) {
          return (
            <LinkButton key={fix.key} to={to} small>
              {fix.label}
            </LinkButton>
          )
        }
        if (!mayFix || fix.action.kind === 'open') return null
        return (
          <ActionForm
            key={fix.key}
            intent="fix"
            refused={refused}
            carry={{ id: conflict.id, key: fix.key }}
            only={{ name: 'key', value: fix.key }}
          >
            <FormProblem className="mb-1" />
            <Submit tone="secondary" small busy="Mending…">
              {fix.label}
            </Submit>
          </ActionForm>
        )
      })}
    </div>
  )
}

function pageOf({ action }: Fix): string | undefined {
  return action.kind === 'open' ? entityPath(action.entity, action.id) : undefined
}

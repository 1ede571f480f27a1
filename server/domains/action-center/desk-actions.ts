import { type Ctx, may } from '#server/context.ts'
import { exceptionLifecycle } from '#server/domains/exceptions/index.ts'
import { taskLifecycle } from '#server/domains/tasks/index.ts'
import type { Kind, WorkRow } from '#server/domains/work/index.ts'
import { possibleFrom } from '#server/lifecycle/lifecycle.ts'
import type { PossibleTransition } from '#server/lifecycle/refusal.ts'
import type { DeskAction } from './action-center.schema.ts'

type Actionable = Pick<WorkRow, 'kind' | 'status' | 'words' | 'assignee_id' | 'done_at' | 'snoozed_at' | 'sla_deadline_at'>

export const LIFECYCLE_OF = { task: taskLifecycle, exception: exceptionLifecycle } as const

/** The machine's steps out of here, for who may take them. */
export function possibleSteps(ctx: Pick<Ctx, 'actor'>, row: Pick<WorkRow, 'kind' | 'status' | 'words'>): PossibleTransition[] {
  if (!may(ctx, `${row.kind}s.write`)) return []
  return row.kind === 'task'
    ? possibleFrom(taskLifecycle, row.status, {})
    : possibleFrom(exceptionLifecycle, row.status, { resolution: row.words })
}

/** Ends that a person reaches in one go although the table has a state between. */
const THROUGH: Record<Kind, readonly { from: string; to: string; label: string; needs: string[] }[]> = {
  task: [{ from: 'open', to: 'done', label: 'Done', needs: [] }],
  exception: [
    { from: 'open', to: 'resolved', label: 'Resolve', needs: ['resolution'] },
    { from: 'open', to: 'dismissed', label: 'Dismiss', needs: ['reason'] },
  ],
}

/**
 * Everything this person may do with an item now, what it needs, and whether it can be taken back. Screens show this;
 * they know no rule of their own.
 */
export function actionsOf(ctx: Pick<Ctx, 'actor' | 'clock'>, row: Actionable, holder: string | null): DeskAction[] {
  if (!may(ctx, `${row.kind}s.write`)) return []
  const act = (action: DeskAction['action'], label: string, more: Partial<DeskAction> = {}): DeskAction => ({
    action,
    label,
    needs: [],
    undoable: true,
    ...more,
  })
  const undoable = new Set(LIFECYCLE_OF[row.kind].undoEdges.map((edge) => `${edge.to} ${edge.from}`))
  const steps = possibleSteps(ctx, row).map((step) =>
    act('move', step.label, {
      to: step.to,
      needs: step.needs,
      undoable: undoable.has(`${row.status} ${step.to}`),
      ...(step.refusedBy ? { refusedBy: step.refusedBy } : {}),
    }),
  )
  const shortcuts = THROUGH[row.kind]
    .filter((way) => way.from === row.status)
    .map(({ to, label, needs }) => act('move', label, { to, needs, through: true }))
  const note = act('note', 'Note', { needs: ['body'] })
  if (
    row.done_at !== null ||
    (steps.length === 0 && LIFECYCLE_OF[row.kind].states.some((state) => state.name === row.status && state.final))
  )
    return [note]
  return [...shortcuts, ...steps, ...holding(ctx, row, holder, act), ...resting(ctx, row, act), act('edit', 'Edit'), note]
}

type Make = (action: DeskAction['action'], label: string, more?: Partial<DeskAction>) => DeskAction

function holding(ctx: Pick<Ctx, 'actor'>, row: Actionable, holder: string | null, act: Make): DeskAction[] {
  const { actor } = ctx
  const mine = row.assignee_id !== null && row.assignee_id === actor.id
  const found: DeskAction[] = []
  if (actor.kind === 'user' && !mine) {
    const taken =
      row.assignee_id === null ? {} : { refusedBy: { rule: 'takenByOther', text: `${holder ?? 'Someone'} has this already.` } }
    found.push(act('claim', 'Take it', taken))
  }
  // What one has begun is released by its own step.
  if (row.assignee_id !== null && (mine || may(ctx, 'tasks.assign')) && !(row.kind === 'task' && row.status === 'in_progress'))
    found.push(act('release', 'Release'))
  if (may(ctx, 'tasks.assign')) found.push(act('assign', 'Assign', { needs: ['userId'] }))
  return found
}

function resting(ctx: Pick<Ctx, 'clock'>, row: Actionable, act: Make): DeskAction[] {
  if (row.snoozed_at) return [act('wake', 'Bring back')]
  const late = row.sla_deadline_at !== null && row.sla_deadline_at <= ctx.clock.now()
  const refusedBy = { rule: 'deadlineAhead', text: 'Its deadline has passed, so it can not be put aside.' }
  return [act('snooze', 'Put aside', { needs: ['until'], ...(late ? { refusedBy } : {}) })]
}

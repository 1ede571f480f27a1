import { EXCEPTION_TYPES, setExceptionStatus } from '#server/domains/exceptions/index.ts'
import { setTaskStatus } from '#server/domains/tasks/index.ts'
import { addWorkNote, assignWork, editWork, snoozeWork, type WorkRow, wakeWork } from '#server/domains/work/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import { pathBetween } from '#server/lifecycle/lifecycle.ts'
import type { Tx } from '#server/transact.ts'
import type { ActInput } from './action-center.schema.ts'
import { LIFECYCLE_OF } from './desk-actions.ts'

export type Act = Omit<ActInput, 'kind' | 'id' | 'version'>

/** What was done: a name for the undo, a sentence for the toast, and a note that was added. */
export interface Performed {
  label: string
  text: string
  noteId?: string
}

/** Does one action with a locked item, by the same operations as everywhere else. Throws what they throw. */
export async function perform(tx: Tx, row: WorkRow, act: Act): Promise<Performed> {
  switch (act.action) {
    case 'move':
      return move(tx, row, act)
    case 'claim':
      return claim(tx, row)
    case 'release':
      return release(tx, row)
    case 'assign':
      return assign(tx, row, act)
    case 'snooze':
      snoozeWork(tx, row, { until: act.until, event: act.event })
      return { label: 'Put aside', text: `${row.ref} is put aside.` }
    case 'wake':
      if (row.snoozed_at === null) throw new AppError('conflict', `${row.ref} is on the list.`)
      wakeWork(tx, row, `${tx.ctx.actor.name} brought it back`)
      return { label: 'Bring back', text: `${row.ref} is back on the list.` }
    case 'edit':
      return edit(tx, row, act)
    case 'note': {
      if (!act.body) throw invalid('body', 'is needed')
      const note = await addWorkNote(tx, row.kind, { id: row.id, body: act.body })
      return { label: 'Note', text: `Note added to ${row.ref}.`, noteId: note.id }
    }
  }
}

async function move(tx: Tx, row: WorkRow, { to, through, reason, resolution }: Act): Promise<Performed> {
  if (!to) throw invalid('to', 'is needed')
  const way = through ? (pathBetween(LIFECYCLE_OF[row.kind], row.status, to) ?? [to]) : [to]
  for (const [index, newStatus] of (way.length > 0 ? way : [to]).entries()) {
    const last = index >= way.length - 1
    const request = last ? { newStatus, reason, metadata: resolution ? { resolution } : {} } : { newStatus }
    if (row.kind === 'task') await setTaskStatus(tx, row.id, { newStatus, reason: request.reason })
    else await setExceptionStatus(tx, row.id, request)
  }
  const step = LIFECYCLE_OF[row.kind].edges.find((edge) => edge.to === to && edge.from === (way.at(-2) ?? row.status))
  return { label: step?.meta.label ?? to, text: `${row.ref} is ${to.replaceAll('_', ' ')}.` }
}

async function claim(tx: Tx, row: WorkRow): Promise<Performed> {
  const { actor } = tx.ctx
  if (actor.kind !== 'user') throw new AppError('forbidden', 'Work is taken by people who sign in.')
  await assignWork(tx, row.kind, { id: row.id, userId: actor.id })
  return { label: 'Take it', text: `${row.ref} is yours now.` }
}

async function release(tx: Tx, row: WorkRow): Promise<Performed> {
  // What has begun goes back to the start.
  if (row.kind === 'task' && row.status === 'in_progress') await setTaskStatus(tx, row.id, { newStatus: 'open' })
  else await assignWork(tx, row.kind, { id: row.id, userId: null })
  return { label: 'Release', text: `${row.ref} is everybody’s again.` }
}

async function assign(tx: Tx, row: WorkRow, { userId }: Act): Promise<Performed> {
  if (!userId) throw invalid('userId', 'is needed')
  await assignWork(tx, row.kind, { id: row.id, userId })
  return { label: 'Assign', text: `${row.ref} is assigned.` }
}

async function edit(tx: Tx, row: WorkRow, { subject, priority, type, dueAt, slaDeadlineAt }: Act): Promise<Performed> {
  const known: readonly string[] = EXCEPTION_TYPES
  if (row.kind === 'exception' && type !== undefined && !known.includes(type)) throw invalid('type', 'is not a kind of exception')
  if ([subject, priority, type, dueAt, slaDeadlineAt].every((field) => field === undefined))
    throw invalid('subject', 'nothing to change')
  await editWork(tx, row, { subject, level: priority, type, dueAt, slaDeadlineAt })
  return { label: 'Edit', text: `${row.ref} is changed.` }
}

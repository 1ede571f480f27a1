import { command, mutation, nothing, query, router } from '#server/trpc/init.ts'
import { act } from './act.ts'
import { readActionCenter } from './action-center.queries.ts'
import * as schema from './action-center.schema.ts'
import { bulk } from './bulk.ts'
import { countViews } from './count-views.ts'
import { createWork } from './create-work.ts'
import { beat } from './presence.ts'
import { readChanges } from './read-changes.ts'
import { readItem } from './read-item.ts'
import { listUndos } from './record-undo.ts'
import { undo } from './undo.ts'

const access = 'action_center.read'
const policy = 'visibleTasks and visibleExceptions, each only for who may read that kind'
const written = 'visibleTasks and visibleExceptions, each only for who may write that kind'
const own = 'what this person did themselves; anything else looks like nothing'

export const actionCenterRouter = router({
  list: query({
    access,
    policy,
    summary: 'What waits for a person: tasks and exceptions in working order, each with the steps possible now',
    rest: { method: 'GET', path: '/action-center' },
    input: schema.actionCenterInput,
    output: schema.actionCenterOut,
    run: readActionCenter,
  }),
  item: query({
    access,
    policy,
    summary: 'One item with what it is about, whom to contact, notes, history, and what can be done and taken back',
    rest: { method: 'GET', path: '/action-center/items/{kind}/{id}' },
    input: schema.itemInput,
    output: schema.itemOut,
    run: readItem,
  }),
  changes: query({
    access,
    policy: 'the rule of the live feed: permission of the kind, then assignee',
    summary: 'What changed since an event of the live feed, the newest of each entity',
    rest: { method: 'GET', path: '/action-center/changes' },
    input: schema.changesInput,
    output: schema.changesOut,
    run: readChanges,
  }),
  views: query({
    access,
    policy: 'visibleViews; counted are only items this person may see',
    summary: 'Saved views of the Action Center with how many items each shows now',
    rest: { method: 'GET', path: '/action-center/views' },
    input: nothing,
    output: schema.viewCountsOut,
    run: countViews,
  }),
  act: mutation({
    access,
    policy: written,
    summary: 'Do one thing with an item, and learn how to take it back',
    rest: { method: 'POST', path: '/action-center/items/{kind}/{id}/act' },
    input: schema.actInput,
    output: schema.actOut,
    run: act,
  }),
  create: mutation({
    access,
    policy: 'of what the actor may write; about nothing yet, for nobody or oneself',
    summary: 'Make a task or an exception in one breath, and learn how to take it back',
    rest: { method: 'POST', path: '/action-center/items', status: 201 },
    input: schema.createInput,
    output: schema.actOut,
    run: createWork,
  }),
  bulk: command({
    access,
    policy: written,
    summary: 'Do one thing with many items, each with its own result; safe to send again with the same key',
    rest: { method: 'POST', path: '/action-center/bulk' },
    input: schema.bulkInput,
    output: schema.bulkOut,
    run: bulk,
  }),
  undos: query({
    access,
    policy: own,
    summary: 'What this person can still take back, newest first',
    rest: { method: 'GET', path: '/action-center/undo' },
    input: nothing,
    output: schema.undoList,
    run: listUndos,
  }),
  undo: command({
    access,
    policy: own,
    summary: 'Take back what one did, as far as nobody has moved on',
    rest: { method: 'POST', path: '/action-center/undo/{id}' },
    input: schema.undoInput,
    output: schema.undoneOut,
    run: (ctx, { id }) => undo(ctx, id),
  }),
  presence: command({
    access,
    policy,
    summary: 'Say that one looks at or edits an item, or has left it; every 15 seconds',
    rest: { method: 'POST', path: '/action-center/presence' },
    input: schema.presenceInput,
    output: schema.presenceOut,
    run: beat,
  }),
})

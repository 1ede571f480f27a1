import { asMaker } from '#server/auth/as-maker.ts'
import { addNoteInput, noteOut } from '#server/domains/notes/index.ts'
import { addWorkNote, assignWork, editWork, lockWork, requireFreshWork } from '#server/domains/work/index.ts'
import { mutation, query, router } from '#server/trpc/init.ts'
import { createManualTask } from './create-manual-task.ts'
import { setTaskStatus } from './set-task-status.ts'
import { listTasks, readTask } from './task.queries.ts'
import * as schema from './task.schema.ts'

const policy = 'visibleTasks: assigned to the actor or to nobody, unless tasks.read_all'

export const taskRouter = router({
  list: query({
    access: 'tasks.read',
    policy,
    summary: 'Tasks, newest first',
    rest: { method: 'GET', path: '/tasks' },
    input: schema.listTasksInput,
    output: schema.taskList,
    run: listTasks,
  }),
  get: query({
    access: 'tasks.read',
    policy,
    summary: 'One task with its notes and the steps possible now',
    rest: { method: 'GET', path: '/tasks/{id}' },
    input: schema.byId,
    output: schema.taskOut,
    run: (ctx, { id }) => readTask(ctx, id),
  }),
  create: mutation({
    access: 'tasks.write',
    policy: 'the entity it is about must be visible to the actor',
    summary: 'Make a task',
    rest: { method: 'POST', path: '/tasks', status: 201 },
    input: schema.createTaskInput,
    output: schema.taskOut,
    run: async (tx, input, ctx) => {
      const { id } = await createManualTask(tx, input)
      return readTask(asMaker(ctx, 'tasks.read_all'), id)
    },
  }),
  update: mutation({
    access: 'tasks.write',
    policy,
    summary: 'Change what a task says and how soon it is due',
    rest: { method: 'PATCH', path: '/tasks/{id}' },
    input: schema.updateTaskInput,
    output: schema.taskOut,
    run: async (tx, { id, version, priority, ...edit }, ctx) => {
      const row = await lockWork(tx, 'task', id)
      await requireFreshWork(tx, row, version)
      await editWork(tx, row, { ...edit, level: priority })
      return readTask(ctx, id)
    },
  }),
  assign: mutation({
    access: 'tasks.write',
    policy,
    summary: 'Give a task to someone, or to nobody; claiming what someone else has is a conflict that says who',
    rest: { method: 'POST', path: '/tasks/{id}/assign' },
    input: schema.assignTaskInput,
    output: schema.taskOut,
    run: async (tx, input, ctx) => {
      await assignWork(tx, 'task', input)
      return readTask(ctx, input.id)
    },
  }),
  setStatus: mutation({
    access: 'tasks.write',
    policy,
    summary: 'Move a task along its lifecycle',
    rest: { method: 'POST', path: '/tasks/{id}/status' },
    input: schema.taskStatusInput,
    output: schema.taskTransitionOut,
    run: async (tx, { id, version, ...request }, ctx) => {
      const { transition } = await setTaskStatus(tx, id, { ...request, expectedVersion: version })
      return { task: await readTask(ctx, id), transition }
    },
  }),
  addNote: mutation({
    access: 'tasks.write',
    policy,
    summary: 'Add a note to a task',
    rest: { method: 'POST', path: '/tasks/{id}/notes', status: 201 },
    input: addNoteInput,
    output: noteOut,
    run: (tx, input) => addWorkNote(tx, 'task', input),
  }),
})

import { setup } from 'xstate'
import { defineLifecycle } from '#server/lifecycle/lifecycle.ts'

export type TaskFacts = Record<string, never>

const machine = setup({
  types: {
    context: {} as TaskFacts,
    input: {} as TaskFacts,
    events: {} as { type: 'START' | 'COMPLETE' | 'FAIL' | 'RELEASE' | 'CANCEL' },
  },
  actions: { assignToActor: () => {}, unassign: () => {} },
}).createMachine({
  id: 'task',
  context: ({ input }) => input,
  initial: 'open',
  states: {
    open: {
      on: {
        START: { target: 'in_progress', actions: 'assignToActor', meta: { undoable: true, label: 'Start' } },
        CANCEL: { target: 'cancelled', meta: { undoable: true, label: 'Cancel' } },
      },
    },
    in_progress: {
      on: {
        COMPLETE: { target: 'done', meta: { undoable: true, label: 'Done' } },
        RELEASE: { target: 'open', actions: 'unassign', meta: { undoable: true, label: 'Release' } },
        FAIL: { target: 'failed', meta: { undoable: true, label: 'Failed', needs: ['reason'] } },
        CANCEL: { target: 'cancelled', meta: { undoable: true, label: 'Cancel' } },
      },
    },
    done: { type: 'final' },
    failed: { type: 'final' },
    cancelled: { type: 'final' },
  },
})

export const taskLifecycle = defineLifecycle<TaskFacts>('task', machine, {})

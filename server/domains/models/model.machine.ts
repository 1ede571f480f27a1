import { setup } from 'xstate'
import { defineLifecycle } from '#server/lifecycle/lifecycle.ts'

export type ModelFacts = Record<string, never>

const machine = setup({
  types: { context: {} as ModelFacts, input: {} as ModelFacts, events: {} as { type: 'ACTIVATE' | 'DEACTIVATE' | 'SUSPEND' } },
}).createMachine({
  id: 'model',
  context: ({ input }) => input,
  initial: 'inactive',
  states: {
    active: {
      on: {
        DEACTIVATE: { target: 'inactive', meta: { label: 'Deactivate' } },
        SUSPEND: { target: 'suspended', meta: { label: 'Suspend', needs: ['reason'] } },
      },
    },
    inactive: {
      on: {
        ACTIVATE: { target: 'active', meta: { label: 'Activate' } },
        SUSPEND: { target: 'suspended', meta: { label: 'Suspend', needs: ['reason'] } },
      },
    },
    suspended: { on: { DEACTIVATE: { target: 'inactive', meta: { label: 'Lift suspension' } } } },
  },
})

/** A model is made ready to work or in preparation, never suspended. */
export const modelLifecycle = defineLifecycle<ModelFacts>('model', machine, {}, ['active', 'inactive'])

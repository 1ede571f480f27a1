import { addNoteInput, noteOut } from '#server/domains/notes/index.ts'
import { mutation, query, router } from '#server/trpc/init.ts'
import { addModelNote } from './add-model-note.ts'
import { createModel } from './create-model.ts'
import { listModels, readModel } from './model.queries.ts'
import * as schema from './model.schema.ts'
import { setModelAddresses } from './set-model-addresses.ts'
import { setModelRates } from './set-model-rates.ts'
import { setModelServices } from './set-model-services.ts'
import { setModelStatus } from './set-model-status.ts'
import { updateModel } from './update-model.ts'

const policy = 'readableModels: all models; ratings, notes and addresses only with models.read_internal'

export const modelRouter = router({
  list: query({
    access: 'models.read',
    policy,
    summary: 'Models by name',
    rest: { method: 'GET', path: '/models' },
    input: schema.listModelsInput,
    output: schema.modelList,
    run: listModels,
  }),
  get: query({
    access: 'models.read',
    policy,
    summary: 'One model with stats, services, rates and the steps possible now',
    rest: { method: 'GET', path: '/models/{id}' },
    input: schema.byId,
    output: schema.modelOut,
    run: (ctx, { id }) => readModel(ctx, id),
  }),
  create: mutation({
    access: 'models.write',
    policy: 'none: makes a new one',
    summary: 'Make a model; every model is an adult',
    rest: { method: 'POST', path: '/models', status: 201 },
    input: schema.createModelInput,
    output: schema.modelOut,
    run: async (tx, input, ctx) => readModel(ctx, await createModel(tx, input)),
  }),
  update: mutation({
    access: 'models.write',
    policy,
    summary: 'Edit a model; with version a stale write is refused',
    rest: { method: 'PATCH', path: '/models/{id}' },
    input: schema.updateModelInput,
    output: schema.modelOut,
    run: async (tx, input, ctx) => {
      await updateModel(tx, input)
      return readModel(ctx, input.id)
    },
  }),
  setStatus: mutation({
    access: 'models.transition',
    policy,
    summary: 'Activate, deactivate or suspend a model',
    rest: { method: 'POST', path: '/models/{id}/status' },
    input: schema.modelStatusInput,
    output: schema.modelTransitionOut,
    run: async (tx, { id, version, ...request }, ctx) => {
      const done = await setModelStatus(tx, id, { ...request, expectedVersion: version })
      return { model: await readModel(ctx, id), ...done }
    },
  }),
  setServices: mutation({
    access: 'models.write',
    policy,
    summary: 'Replace the services a model offers',
    rest: { method: 'POST', path: '/models/{id}/services' },
    input: schema.setServicesInput,
    output: schema.modelOut,
    run: async (tx, input, ctx) => {
      await setModelServices(tx, input)
      return readModel(ctx, input.id)
    },
  }),
  setRates: mutation({
    access: 'models.write',
    policy,
    summary: 'Replace the rates of a model',
    rest: { method: 'POST', path: '/models/{id}/rates' },
    input: schema.setRatesInput,
    output: schema.modelOut,
    run: async (tx, input, ctx) => {
      await setModelRates(tx, input)
      return readModel(ctx, input.id)
    },
  }),
  setAddresses: mutation({
    access: 'models.write',
    policy,
    summary: 'Replace the addresses of a model',
    rest: { method: 'POST', path: '/models/{id}/addresses' },
    input: schema.setAddressesInput,
    output: schema.modelOut,
    run: async (tx, input, ctx) => {
      await setModelAddresses(tx, input)
      return readModel(ctx, input.id)
    },
  }),
  addNote: mutation({
    access: 'models.write',
    policy,
    summary: 'Add an internal note to a model',
    rest: { method: 'POST', path: '/models/{id}/notes', status: 201 },
    input: addNoteInput,
    output: noteOut,
    run: addModelNote,
  }),
})

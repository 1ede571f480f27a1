import { z } from 'zod'
import { asMaker } from '#server/auth/as-maker.ts'
import { readBooking } from '#server/domains/bookings/index.ts'
import { insertNote } from '#server/domains/notes/index.ts'
import { AppError } from '#server/errors.ts'
import { mutation, nothing, query, router } from '#server/trpc/init.ts'
import { convertToBooking, proposeModel } from './convert-inquiry.ts'
import { readUnmetDemand } from './demand.queries.ts'
import { listInquiries, readInquiry } from './inquiry.queries.ts'
import { lockInquiry } from './inquiry.repository.ts'
import * as schema from './inquiry.schema.ts'
import { matchModels } from './match-models.ts'
import { receiveInquiry } from './receive-inquiry.ts'
import { limitForm, newFormToken, submitInquiry } from './submit-inquiry.ts'
import { assignInquiry, setInquiryStatus, updateInquiry } from './update-inquiry.ts'

const policy = 'visibleInquiries: assigned to the actor or to nobody, unless inquiries.read_all'

export const inquiryRouter = router({
  formToken: query({
    access: 'public',
    policy: 'none: says when a form was made',
    summary: 'A token for the public inquiry form',
    input: nothing,
    output: z.object({ token: z.string() }),
    run: async (ctx) => ({ token: newFormToken(ctx) }),
  }),
  submit: mutation({
    access: 'public',
    policy: 'none: makes a new one; the answer is only its ref',
    summary: 'Send the public inquiry form',
    input: schema.submitInquiryInput,
    output: schema.submittedOut,
    refuse: async (ctx) => {
      await limitForm(ctx)
      return undefined
    },
    run: (tx, input, ctx) => submitInquiry(tx, ctx, input),
  }),
  receive: mutation({
    access: 'inquiries.write',
    policy: 'none: makes a new one; an earlier one with the same source and externalRef is answered by visibleInquiries',
    summary: 'Take in a lead; the same source and externalRef is the same inquiry',
    rest: { method: 'POST', path: '/inquiries', status: 201 },
    input: schema.receiveInquiryInput,
    output: schema.inquiryOut,
    run: async (tx, input, ctx) => {
      const { id, ref, created } = await receiveInquiry(tx, input)
      if (created) return readInquiry(asMaker(ctx, 'inquiries.read_all'), id)
      ctx.answer.status = 200
      return readInquiry(ctx, id).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error
        throw new AppError('conflict', `This message was received before as ${ref}, which is with someone else.`)
      })
    },
  }),
  list: query({
    access: 'inquiries.read',
    policy,
    summary: 'Inquiries, newest first',
    rest: { method: 'GET', path: '/inquiries' },
    input: schema.listInquiriesInput,
    output: schema.inquiryList,
    run: listInquiries,
  }),
  // Before get: it is no inquiry's id.
  unmetDemand: query({
    access: 'inquiries.read_all',
    policy: 'none: for who sees every inquiry; nothing of clients is in it',
    summary: 'What was asked for and nobody could give, and what stood in the way',
    rest: { method: 'GET', path: '/inquiries/unmet-demand' },
    input: schema.listDemandInput,
    output: schema.demandOut,
    run: readUnmetDemand,
  }),
  get: query({
    access: 'inquiries.read',
    policy,
    summary: 'One inquiry with its notes and the steps possible now',
    rest: { method: 'GET', path: '/inquiries/{id}' },
    input: schema.byId,
    output: schema.inquiryOut,
    run: (ctx, { id }) => readInquiry(ctx, id),
  }),
  update: mutation({
    access: 'inquiries.write',
    policy,
    summary: 'Edit an inquiry; with version a stale write is refused',
    rest: { method: 'PATCH', path: '/inquiries/{id}' },
    input: schema.updateInquiryInput,
    output: schema.inquiryOut,
    run: async (tx, input, ctx) => {
      await updateInquiry(tx, input)
      return readInquiry(ctx, input.id)
    },
  }),
  setStatus: mutation({
    access: 'inquiries.transition',
    policy,
    summary: 'Move an inquiry along its lifecycle',
    rest: { method: 'POST', path: '/inquiries/{id}/status' },
    input: schema.inquiryStatusInput,
    output: schema.inquiryTransitionOut,
    run: async (tx, { id, version, ...request }, ctx) => {
      const transition = await setInquiryStatus(tx, id, { ...request, expectedVersion: version })
      return { inquiry: await readInquiry(ctx, id), transition }
    },
  }),
  assign: mutation({
    access: 'inquiries.write',
    policy,
    summary: 'Give an inquiry to someone, or to nobody',
    rest: { method: 'POST', path: '/inquiries/{id}/assign' },
    input: schema.assignInquiryInput,
    output: schema.inquiryOut,
    run: async (tx, input, ctx) => {
      await assignInquiry(tx, input)
      return readInquiry(ctx, input.id)
    },
  }),
  addNote: mutation({
    access: 'inquiries.write',
    policy,
    summary: 'Add a note to an inquiry',
    rest: { method: 'POST', path: '/inquiries/{id}/notes', status: 201 },
    input: schema.addInquiryNoteInput,
    output: schema.inquiryOut,
    run: async (tx, input, ctx) => {
      const row = await lockInquiry(tx, input.id)
      insertNote(tx, 'inquiry', row.id, input.body)
      tx.audit({
        action: 'inquiry.note_added',
        entityType: 'inquiry',
        entityId: row.id,
        entityRef: row.ref,
        after: { body: input.body },
      })
      tx.event({
        type: 'inquiry.updated',
        entityType: 'inquiry',
        entityId: row.id,
        entityRef: row.ref,
        payload: { fields: ['notes'] },
        assigneeId: row.assignee_id,
      })
      return readInquiry(ctx, input.id)
    },
  }),
  match: mutation({
    access: 'inquiries.write',
    policy,
    summary: 'Models that fit, best first, each with its reasons; and who would with one change',
    rest: { method: 'POST', path: '/inquiries/{id}/match' },
    input: schema.byId,
    output: schema.matchOut,
    run: (tx, { id }) => matchModels(tx, id),
  }),
  propose: mutation({
    access: 'inquiries.write',
    policy,
    summary: 'Propose a model: a draft booking; the inquiry then awaits the client',
    rest: { method: 'POST', path: '/inquiries/{id}/propose', status: 201 },
    input: schema.proposeInput,
    output: z.object({ inquiry: schema.inquiryOut, bookingId: z.string() }),
    run: async (tx, input, ctx) => {
      const { bookingId } = await proposeModel(tx, input)
      return { inquiry: await readInquiry(ctx, input.id), bookingId }
    },
  }),
  convertToBooking: mutation({
    access: 'inquiries.transition',
    policy,
    summary: 'Book: confirmed and converted when waived, else held until the deposit is paid',
    rest: { method: 'POST', path: '/inquiries/{id}/convert-to-booking', status: 201 },
    input: schema.convertInput,
    output: schema.convertOut,
    run: async (tx, input, ctx) => {
      const { bookingId, transition } = await convertToBooking(tx, input)
      return {
        inquiry: await readInquiry(ctx, input.id),
        booking: await readBooking(asMaker(ctx, 'bookings.read_all'), bookingId),
        transition,
      }
    },
  }),
})

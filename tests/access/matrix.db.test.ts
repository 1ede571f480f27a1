import { callTRPCProcedure } from '@trpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Permission, SYSTEM_ROLES } from '#server/auth/permissions.ts'
import { type Actor, anonymous } from '#server/context.ts'
import { problemOf } from '#server/errors.ts'
import { type Operation, operations } from '#server/http/rest.ts'
import { toAppError } from '#server/trpc/errors.ts'
import { appRouter } from '#server/trpc/router.ts'
import { Fixtures, PASSWORD, type Whose } from '#tests/support/access-fixtures.ts'
import { addPasskey, SoftAuthenticator } from '#tests/support/authenticator.ts'
import { makeUser, permissionsOf, type RoleCode, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import {
  earningModel,
  monthToClose,
  payout,
  priceAdjustment,
  refundRequest,
  waitingRefund,
} from '#tests/support/finance-fixtures.ts'
import { jsonSchemaOf } from '#tests/support/inventory.ts'
import { difference, manualPayment } from '#tests/support/payment-fixtures.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let made: Fixtures
beforeAll(async () => {
  made = await Fixtures.in(database())
})

const ROLES = SYSTEM_ROLES.map((role) => role.code as RoleCode)
/** What a partner's key may; two more keys may what an operator and a manager may. */
const PARTNER: readonly Permission[] = ['inquiries.write', 'inquiries.read', 'bookings.read']

type Outcome = 'ok' | 'unauthenticated' | 'forbidden' | 'not_found' | 'conflict' | 'invalid'
type Input = Record<string, unknown>

/** How one procedure is called and what the rules of the product description say about it. */
interface Probe {
  whose: readonly Whose[]
  input(whose: Whose, actor: Actor): Promise<Input> | Input
  /** Of who has the permission: by the policy, not by what the product answers. */
  policy(whose: Whose, actor: Actor): Outcome
  /** Foreign and unknown must be answered with the same words. */
  hides?: boolean
}

const has = (actor: Actor, permission: Permission) => actor.permissions.has(permission)
const WINDOW = { from: '2026-12-01T00:00:00Z', to: '2026-12-08T00:00:00Z' }
const ALL: readonly Whose[] = ['own', 'nobody', 'foreign', 'unknown']
const ok = (): Outcome => 'ok'

const BROUGHT_IN: readonly Permission[] = ['inquiries.read_all', 'bookings.read_all']
/** Rows by assignee: own and nobody's, or all with `readAll`; a key has none, but for inquiries it brought in and their bookings. */
function byAssignee(readAll: Permission) {
  return (whose: Whose, actor: Actor): Outcome => {
    if (whose === 'unknown') return 'not_found'
    if (has(actor, readAll)) return 'ok'
    if (actor.kind === 'api_key') return whose === 'own' && BROUGHT_IN.includes(readAll) ? 'ok' : 'not_found'
    return whose === 'foreign' ? 'not_found' : 'ok'
  }
}
const inquiry = (input: (id: string, actor: Actor) => Input, start?: { status?: string; deposit?: boolean }): Probe => ({
  whose: ALL,
  hides: true,
  input: async (whose, actor) => input(await made.inquiry(whose, actor, start), actor),
  policy: byAssignee('inquiries.read_all'),
})
const booking = (input: (id: string, actor: Actor) => Input): Probe => ({
  whose: ALL,
  hides: true,
  input: async (whose, actor) => input(await made.booking(whose, actor), actor),
  policy: byAssignee('bookings.read_all'),
})
const task = (input: (id: string, actor: Actor) => Input): Probe => ({
  whose: ALL,
  hides: true,
  input: async (whose, actor) => input(await made.task(whose, actor), actor),
  policy: byAssignee('tasks.read_all'),
})
const exception = (input: (id: string, actor: Actor) => Input): Probe => ({
  whose: ALL,
  hides: true,
  input: async (whose, actor) => input(await made.exception(whose, actor), actor),
  policy: byAssignee('exceptions.read_all'),
})
/** No row of its own, or rows that everyone with the permission may see. */
const plain = (input: (actor: Actor) => Promise<Input> | Input = () => ({})): Probe => ({
  whose: ['nobody'],
  input: (_whose, actor) => input(actor),
  policy: ok,
})
const shared = (
  make: (whose: Whose) => Promise<string>,
  input: (id: string) => Input | Promise<Input> = (id) => ({ id }),
): Probe => ({
  whose: ['nobody', 'unknown'],
  input: async (whose) => input(await make(whose)),
  policy: (whose) => (whose === 'unknown' ? 'not_found' : 'ok'),
})
/** By the token of a payment link: whoever holds it, whoever they are. */
const paymentLink = (input: (link: { token: string }) => Input): Probe => ({
  whose: ['nobody', 'unknown'],
  input: async (whose, actor) => input(await made.paymentLink(whose, actor)),
  policy: (whose) => (whose === 'unknown' ? 'not_found' : 'ok'),
})
const simulatorOnly = (input: (link: { token: string }) => Input): Probe => ({
  ...paymentLink(input),
  policy: (whose) => (whose === 'unknown' ? 'not_found' : 'conflict'),
})
const linkOfBooking = (): Probe => ({
  whose: ALL,
  hides: true,
  input: async (whose, actor) => ({ paymentId: (await made.paymentLink(whose, actor)).paymentId }),
  policy: byAssignee('bookings.read_all'),
})
const client = (input?: (id: string) => Input | Promise<Input>) => shared((whose) => made.client(whose), input)
const model = (input?: (id: string) => Input) => shared((whose) => made.newModel(whose), input)
const rule = (input?: (id: string) => Input) => shared((whose) => made.rule(whose), input)
const slot = (input?: (id: string) => Input) => shared((whose) => made.slot(whose), input)
const dayException = (input?: (id: string) => Input) => shared((whose) => made.dayException(whose), input)
const internal = (probe: Probe): Probe => ({
  ...probe,
  policy: (whose, actor) => (has(actor, 'models.read_internal') ? probe.policy(whose, actor) : 'forbidden'),
})
/** Own is oneself, nobody an operator, foreign one of finance. */
const managed = (input: (id: string) => Input): Probe => ({
  whose: ALL,
  async input(whose, actor) {
    if (whose === 'own') return input(actor.id ?? made.id())
    if (whose === 'unknown') return input(made.id())
    return input((await made.user(whose === 'foreign' ? 'FINANCE' : 'OPERATOR')).id)
  },
  policy(whose, actor) {
    if (whose === 'unknown' || (whose === 'own' && actor.kind !== 'user')) return 'not_found'
    return has(actor, 'users.grant_any') || whose === 'nobody' ? 'ok' : 'forbidden'
  },
})
/** For people with a session; a key has none. */
const session = (input: (actor: Actor) => Input = () => ({})): Probe => ({
  ...plain(input),
  policy: (_whose, actor) => (actor.kind === 'user' ? 'ok' : 'forbidden'),
})
const ownPasskey = (input: (id: string) => Input): Probe => ({
  whose: ['own', 'foreign', 'unknown'],
  hides: true,
  async input(whose, actor) {
    const of = whose === 'own' && actor.kind === 'user' ? actor : await made.user('OPERATOR')
    return input(whose === 'unknown' ? made.id() : await made.passkey(of))
  },
  policy: (whose, actor) => (actor.kind !== 'user' ? 'forbidden' : whose === 'own' ? 'ok' : 'not_found'),
})
/** Not by keys: somebody must answer for it. */
const people = (probe: Probe): Probe => ({
  ...probe,
  policy: (whose, actor) => (actor.kind === 'user' ? probe.policy(whose, actor) : 'forbidden'),
})
/** The same for each person; a key is refused as one. */
const byPeople =
  (outcome: Outcome) =>
  (_whose: Whose, actor: Actor): Outcome =>
    actor.kind === 'user' ? outcome : 'forbidden'
const duringSetUp = (input: Input, outcome: Outcome): Probe => ({
  ...plain(async (actor) => {
    if (actor.kind === 'user') await call(requireOperation('auth.startTotp'), actor, {})
    return input
  }),
  policy: byPeople(outcome),
})
const about = (noun: 'inquiry' | 'booking' | 'task' | 'exception', input: Input, readAll: Permission): Probe => ({
  whose: ALL,
  hides: true,
  async input(whose, actor) {
    return { ...input, entityType: noun, entityId: await made[noun](whose, actor) }
  },
  policy: (whose, actor) => (byAssignee(readAll)(whose, actor) === 'ok' ? 'ok' : 'invalid'),
})

/** One's own; others' only when shared, and those are changed by who may share. */
const view = (input: (id: string) => Input): Probe => ({
  whose: ALL,
  hides: true,
  input: async (whose, actor) => input(await made.view(whose, actor)),
  policy(whose, actor) {
    if (whose === 'own' && actor.kind === 'user') return 'ok'
    return whose === 'nobody' ? (has(actor, 'views.share') ? 'ok' : 'forbidden') : 'not_found'
  },
})
const hold = (input: (id: string) => Input = (id) => ({ id })): Probe => ({
  whose: ['own', 'foreign', 'unknown'],
  hides: true,
  input: async (whose, actor) => input(await made.hold(whose, actor)),
  policy: (whose, actor) => (whose !== 'unknown' && (whose === 'own' || has(actor, 'bookings.read_all')) ? 'ok' : 'not_found'),
})
/** Who sees every contact has nothing to reveal. */
const sees = (actor: Actor): Outcome => (has(actor, 'pii.read') ? 'conflict' : 'ok')
const onlyPeople = (actor: Actor): Outcome => (actor.kind === 'user' ? 'ok' : 'forbidden')
/** One's own only; a key has none. */
const ownExport: Probe = {
  whose: ['own', 'foreign', 'unknown'],
  hides: true,
  input: async (whose, actor) => ({ id: await made.exportFile(whose, actor) }),
  policy: (whose, actor) => (whose === 'own' && actor.kind === 'user' ? 'ok' : 'not_found'),
}
const anyKey = async (whose: Whose) => (whose === 'unknown' ? made.id() : (await made.apiKey(PARTNER)).actor.id)

/** Of the Action Center: reading it is one permission, working its items another. */
const writing = (probe: Probe): Probe => ({
  ...probe,
  policy: (whose, actor) => (has(actor, 'tasks.write') ? probe.policy(whose, actor) : 'forbidden'),
})

const GBP = (amount: number) => ({ amount, currency: 'GBP' })

/** One for every procedure: a missing or left-over one fails the suite. */
const PROBES: Record<string, Probe> = {
  'auth.login': plain(async () => ({ email: (await made.user('OPERATOR')).email, password: PASSWORD })),
  // Without the cookie of a right password there is nothing to finish.
  'auth.pendingSignIn': { ...plain(), policy: () => 'unauthenticated' },
  'auth.finishSignIn': { ...plain(() => ({ code: '123456' })), policy: () => 'unauthenticated' },
  'auth.confirm': session(() => ({ password: PASSWORD })),
  'auth.refresh': session(),
  'auth.logout': session(),
  'auth.me': plain(),
  'auth.sessions': session(),
  'auth.endSession': {
    whose: ['own', 'foreign', 'unknown'],
    hides: true,
    async input(whose, actor) {
      if (whose === 'unknown') return { id: '0'.repeat(64) }
      const userId = whose === 'own' && actor.kind === 'user' ? (actor.id ?? '') : made.stranger.id
      return { id: (await made.session(userId)).id }
    },
    policy: (whose, actor) => (actor.kind !== 'user' ? 'forbidden' : whose === 'own' ? 'ok' : 'not_found'),
  },
  'auth.endOtherSessions': session(),
  'auth.security': session(),
  'auth.signIns': session(),
  'auth.newDevices': session(),
  'auth.startTotp': session(),
  'auth.totpSetup': duringSetUp({}, 'ok'),
  'auth.confirmTotp': duringSetUp({ code: 'no code' }, 'invalid'),
  // Nobody here has codes in use.
  'auth.removeTotp': { ...session(), policy: byPeople('conflict') },
  'auth.newRecoveryCodes': { ...session(), policy: byPeople('conflict') },
  'auth.answerNewDevice': {
    whose: ['own', 'foreign', 'unknown'],
    hides: true,
    async input(whose, actor) {
      if (whose === 'unknown') return { id: made.id(), mine: true }
      return {
        id: await made.newDevice(whose === 'own' && actor.kind === 'user' ? (actor.id ?? '') : made.stranger.id),
        mine: true,
      }
    },
    policy: (whose, actor) => (actor.kind !== 'user' ? 'forbidden' : whose === 'own' ? 'ok' : 'not_found'),
  },
  'auth.changePassword': session(() => ({ currentPassword: PASSWORD, newPassword: PASSWORD })),
  'users.list': plain(),
  'users.get': shared(async (whose) => (whose === 'unknown' ? made.id() : made.stranger.id)),
  'users.create': plain(() => ({ email: made.email(), name: 'New', password: PASSWORD, roles: ['OPERATOR'] })),
  'users.update': managed((id) => ({ id, name: 'Renamed' })),
  'users.setRoles': {
    ...managed((id) => ({ id, roles: ['OPERATOR'] })),
    // Oneself is left out: the session that asks would lose its roles.
    whose: ['nobody', 'foreign', 'unknown'],
  },
  'users.sessions': managed((id) => ({ id })),
  'users.endSession': {
    ...managed((id) => ({ id })),
    whose: ['nobody', 'foreign', 'unknown'],
    async input(whose) {
      if (whose === 'unknown') return { id: made.id(), sessionId: '0'.repeat(64) }
      const { id } = await made.user(whose === 'foreign' ? 'FINANCE' : 'OPERATOR')
      return { id, sessionId: (await made.session(id)).id }
    },
  },
  'users.endSessions': managed((id) => ({ id })),
  'users.signIns': managed((id) => ({ id })),
  'users.removeSecondFactor': {
    ...managed((id) => ({ id })),
    // One's own is turned off in the profile.
    whose: ['nobody', 'foreign', 'unknown'],
  },
  'users.roles': plain(),
  'users.permissions': plain(),
  'invitations.list': plain(),
  'invitations.create': session(() => ({ email: made.email(), name: 'New', roles: ['OPERATOR'] })),
  'invitations.resend': people(shared(async (whose) => (await made.invitation(whose)).id)),
  'invitations.revoke': people(shared(async (whose) => (await made.invitation(whose)).id)),
  'invitations.open': shared(
    async (whose) => (await made.invitation(whose)).token,
    (token) => ({ token }),
  ),
  'invitations.accept': shared(
    async (whose) => (await made.invitation(whose)).token,
    (token) => ({ token, password: PASSWORD }),
  ),
  'passkeys.list': session(),
  'passkeys.creationOptions': session(),
  'passkeys.add': {
    ...session(),
    async input(_whose, actor) {
      const device = new SoftAuthenticator()
      if (actor.kind !== 'user') return { challengeId: made.id(), name: 'X', response: device.get({ challenge: 'AAAA' }) }
      const { challengeId, options } = await made.callerOf(actor).passkeys.creationOptions({})
      return { challengeId, name: 'X', response: device.create(options) }
    },
  },
  'passkeys.rename': ownPasskey((id) => ({ id, name: 'Renamed' })),
  'passkeys.remove': ownPasskey((id) => ({ id })),
  'passkeys.signInOptions': plain(),
  'passkeys.signIn': plain(async () => {
    const device = await addPasskey(made.callerOf(await made.user('OPERATOR')))
    const { challengeId, options } = await made.callerOf(anonymous).passkeys.signInOptions({})
    return { challengeId, response: device.get(options) }
  }),
  'passkeys.confirmOptions': {
    ...session(),
    async input(_whose, actor) {
      if (actor.kind === 'user') await addPasskey(made.callerOf(actor))
      return {}
    },
  },
  'passkeys.confirm': {
    ...session(),
    async input(_whose, actor) {
      if (actor.kind !== 'user') return { challengeId: made.id(), response: new SoftAuthenticator().get({ challenge: 'AAAA' }) }
      const device = await addPasskey(made.callerOf(actor))
      const { challengeId, options } = await made.callerOf(actor).passkeys.confirmOptions({})
      return { challengeId, response: device.get(options) }
    },
  },
  'passwordResets.request': plain(() => ({ email: made.email() })),
  'passwordResets.open': shared(
    (whose) => made.resetLink(whose),
    (token) => ({ token }),
  ),
  'passwordResets.complete': shared(
    (whose) => made.resetLink(whose),
    (token) => ({ token, password: PASSWORD }),
  ),
  'passwordResets.send': managed((id) => ({ id })),
  'roles.create': plain(() => ({ name: `Desk ${made.id()}`, permissions: ['bookings.read'] })),
  'roles.update': shared(
    (whose) => made.role(whose),
    (code) => ({ code, permissions: ['tasks.read'] }),
  ),
  'roles.remove': shared(
    (whose) => made.role(whose),
    (code) => ({ code }),
  ),
  'accessPreview.show': shared(
    async (whose) => (whose === 'unknown' ? made.id() : made.stranger.id),
    (userId) => ({ userId }),
  ),
  'messages.list': plain(),
  'messages.open': shared((whose) => made.message(whose)),
  'apiKeys.list': plain(),
  'apiKeys.create': plain(() => ({ name: 'Partner', permissions: ['inquiries.write'] })),
  'apiKeys.permissions': plain(),
  'apiKeys.grantable': plain(),
  'apiKeys.get': shared(anyKey),
  'apiKeys.rotate': shared(anyKey),
  'apiKeys.update': shared(anyKey, (id) => ({ id, name: 'Renamed' })),
  'apiKeys.revoke': shared(anyKey),
  'catalogue.services': plain(),
  'catalogue.locations': plain(),
  'clients.list': plain(),
  'clients.get': client(),
  'clients.duplicates': client(),
  'clients.create': plain(() => ({ name: 'New Client', email: made.email() })),
  'clients.update': client((id) => ({ id, about: 'Likes tea' })),
  'clients.addNote': client((id) => ({ id, body: 'Called' })),
  'clients.merge': client(async (id) => ({ id, mergedIds: [await made.client()] })),
  'clients.unmerge': {
    ...plain(),
    whose: ['nobody', 'unknown'],
    async input(whose) {
      const id = await made.client(whose)
      return { id, mergedId: whose === 'unknown' ? made.id() : await made.mergedClient(id) }
    },
    // "These two are not merged" is as true of clients there are not.
    policy: (whose) => (whose === 'unknown' ? 'conflict' : 'ok'),
  },
  'personalData.looks': plain(),
  'personalData.reveal': {
    ...client((id) => ({ id, reason: 'A call about tonight' })),
    policy: (whose, actor) => (actor.kind !== 'user' ? 'forbidden' : whose === 'unknown' ? 'not_found' : sees(actor)),
  },
  'personalData.endReveal': {
    ...client(),
    async input(whose, actor) {
      const id = await made.client(whose)
      if (whose !== 'unknown' && actor.kind === 'user') await made.reveal(id, actor)
      return { id }
    },
    policy: (whose, actor) => (actor.kind !== 'user' ? 'forbidden' : whose === 'unknown' ? 'not_found' : 'ok'),
  },
  'personalData.exportClient': client(),
  'personalData.exportOwn': session(),
  'erasures.preview': client(),
  'erasures.start': client(async (id) => ({ id, confirm: await made.clientRef(id) })),
  'exports.list': plain(),
  'exports.get': ownExport,
  'exports.file': ownExport,
  'exports.make': {
    ...plain(() => ({ kind: 'payments', format: 'csv', filters: {} })),
    policy: (_whose, actor) => onlyPeople(actor),
  },
  'inquiries.formToken': plain(),
  'inquiries.submit': plain(async () => ({
    client: { name: 'A Stranger', email: made.email() },
    message: 'Hello',
    formToken: await formToken(),
  })),
  'inquiries.receive': plain(() => ({ source: 'partner', client: { name: 'Ann', email: made.email() }, message: 'Hello' })),
  'inquiries.list': plain(),
  'inquiries.get': inquiry((id) => ({ id })),
  'inquiries.update': inquiry((id) => ({ id, subject: 'Changed' })),
  'inquiries.setStatus': inquiry((id) => ({ id, newStatus: 'qualified' })),
  'inquiries.assign': inquiry((id) => ({ id, userId: null })),
  'inquiries.addNote': inquiry((id) => ({ id, body: 'Called' })),
  'inquiries.match': inquiry((id) => ({ id })),
  'inquiries.unmetDemand': plain(),
  'inquiries.propose': {
    ...inquiry((id) => ({ id, modelId: made.model(), ...made.hour() }), { status: 'qualified' }),
  },
  'inquiries.convertToBooking': {
    ...inquiry((id) => ({ id, modelId: made.model(), ...made.hour() }), { status: 'qualified', deposit: true }),
  },
  'bookings.list': plain(),
  'bookings.get': booking((id) => ({ id })),
  'bookings.timeline': booking((id) => ({ id })),
  'bookings.create': plain(() => ({
    clientId: made.world.client.id,
    modelId: made.model(),
    location: made.world.location.slug,
    ...made.hour(),
  })),
  'bookings.update': booking((id) => ({ id, internalNotes: 'Changed' })),
  'bookings.reschedule': booking((id) => ({ id, ...made.hour() })),
  'bookings.setStatus': booking((id) => ({ id, newStatus: 'pending' })),
  'bookings.setServices': booking((id) => ({ id, services: [] })),
  'bookings.addNote': booking((id) => ({ id, body: 'Called' })),
  'bookings.assign': booking((id) => ({ id, userId: null })),
  'timeOff.list': plain(),
  'timeOff.add': plain(() => ({ modelId: made.model(), ...made.hour() })),
  'timeOff.move': shared(
    (whose) => made.timeOff(whose),
    (id) => ({ id, ...made.hour() }),
  ),
  'timeOff.remove': shared((whose) => made.timeOff(whose)),
  'holds.list': plain(),
  'holds.get': hold(),
  'holds.place': plain(async () => ({
    clientId: await made.client(),
    modelId: made.model(),
    location: made.world.location.slug,
    ...made.hour(),
  })),
  'holds.extend': hold((id) => ({ id, minutes: 30 })),
  'holds.release': hold(),
  'checkout.state': paymentLink(({ token }) => ({ token })),
  'checkout.payWithTestCard': simulatorOnly(({ token }) => ({ token, card: 'success' })),
  'checkout.answerTestBank': simulatorOnly(({ token }) => ({ token, answer: 'approve' })),
  'checkout.cancelPreview': paymentLink(({ token }) => ({ token })),
  // Nothing was paid by these links: there is nothing their holder could cancel.
  'checkout.cancel': simulatorOnly(({ token }) => ({ token, expected: 0 })),
  'checkout.links': booking((id) => ({ id })),
  'checkout.makeLink': {
    ...booking((id) => ({ id })),
    hides: false,
    // Nobody takes money online in these tests: whoever may ask learns that.
    policy: (whose, actor) => {
      const seen = byAssignee('bookings.read_all')(whose, actor)
      return seen === 'ok' ? 'conflict' : seen
    },
  },
  'checkout.sendLink': linkOfBooking(),
  'checkout.expireLink': linkOfBooking(),
  'payments.list': plain(),
  'payments.totals': plain(),
  'payments.ofBooking': { ...booking((bookingId) => ({ bookingId })), policy: ok },
  'payments.record': {
    ...booking((id) => ({ id, type: 'full', amount: GBP(100), method: 'cash' })),
    policy: (whose, actor) =>
      has(actor, 'payments.read') && whose !== 'unknown' ? 'ok' : byAssignee('bookings.read_all')(whose, actor),
  },
  'refunds.cancelPreview': booking((id) => ({ id })),
  'refundPolicies.list': plain(),
  'refundPolicies.publish': plain(async () => {
    const { version } = await database()
      .db.selectFrom('refund_policies')
      .select('version')
      .orderBy('version', 'desc')
      .executeTakeFirstOrThrow()
    return { basedOn: version, name: 'Standard', tiers: [{ hoursBefore: 24, basisPoints: 5_000 }] }
  }),
  'priceAdjustments.list': plain(),
  'priceAdjustments.create': plain(() => ({ kind: 'discount', label: 'Nobody’s', basisPoints: 1_000, clientTag: 'nobody' })),
  'priceAdjustments.setActive': shared(
    (whose) => priceAdjustment(made, whose),
    (id) => ({ id, active: false }),
  ),
  'ledger.list': plain(),
  'ledger.balances': plain(),
  'ledger.adjust': plain(() => ({ debit: 'fees', credit: 'cash', amount: GBP(100), memo: 'Bank charges' })),
  'payouts.list': plain(),
  'payouts.due': plain(() => ({ month: '2026-11' })),
  'payouts.account': shared(
    async (whose) => (whose === 'unknown' ? made.id() : made.model()),
    (modelId) => ({ modelId, month: '2026-11' }),
  ),
  'payouts.statement': plain(() => ({ month: '2026-11', modelId: made.model() })),
  'payouts.make': plain(async () => ({ month: '2026-11', modelId: await earningModel(made) })),
  'payouts.pay': shared(
    (whose) => payout(made, whose),
    (id) => ({ id, method: 'cash' }),
  ),
  'payouts.withdraw': shared(
    (whose) => payout(made, whose),
    (id) => ({ id, reason: 'A mistake' }),
  ),
  'payouts.setShare': plain(() => ({ modelId: made.model(), basisPoints: 6_000 })),
  'financeMonths.list': plain(),
  // Each month there is only once.
  'financeMonths.close': plain(() => ({ month: monthToClose() })),
  // Nobody takes money online in these tests: whoever may ask learns that.
  'payments.requestDeposit': {
    ...booking((id) => ({ id })),
    hides: false,
    policy(whose, actor) {
      const seen = has(actor, 'payments.read') && whose !== 'unknown' ? 'ok' : byAssignee('bookings.read_all')(whose, actor)
      return seen === 'ok' ? 'conflict' : seen
    },
  },
  'reconciliation.runs': plain(),
  'reconciliation.differences': plain(),
  'reconciliation.start': plain(),
  'reconciliation.resolve': shared(
    (whose) => difference(made, whose),
    (id) => ({ id, action: 'accept', reason: 'A test' }),
  ),
  'payments.retry': {
    ...shared((whose) => manualPayment(made, whose)),
    policy: (whose) => (whose === 'unknown' ? 'not_found' : 'conflict'),
  },
  'payments.refund': {
    ...shared(
      (whose) => manualPayment(made, whose),
      (id) => ({ id, amount: GBP(100), reason: 'A test' }),
    ),
    policy: (whose) => (whose === 'unknown' ? 'not_found' : 'conflict'),
  },
  'refunds.options': shared((whose) => manualPayment(made, whose)),
  'refunds.request': shared(
    (whose) => manualPayment(made, whose),
    (id) => ({ id, amount: GBP(1), reason: 'A test' }),
  ),
  'refunds.requests': plain(),
  'refunds.decide': shared(
    (whose) => refundRequest(made, whose),
    (id) => ({ id, approve: false }),
  ),
  'refunds.handOver': shared(
    (whose) => waitingRefund(made, whose),
    (id) => ({ id, method: 'cash' }),
  ),
  'refunds.drop': shared(
    (whose) => waitingRefund(made, whose),
    (id) => ({ id, reason: 'A test' }),
  ),
  'models.list': plain(),
  'models.get': model(),
  'models.create': plain(() => ({ name: 'Nova', primaryLocation: made.world.location.slug, stats: { age: 30 } })),
  'models.update': model((id) => ({ id, name: 'Renamed' })),
  'models.setStatus': model((id) => ({ id, newStatus: 'active' })),
  'models.setServices': model((id) => ({ id, services: [{ code: made.world.services[0]?.code }] })),
  'models.setRates': model((id) => ({
    id,
    rates: [
      { location: made.world.location.slug, duration: '1h', callType: 'incall', price: { amount: 20_000, currency: 'GBP' } },
    ],
  })),
  'models.setAddresses': internal(model((id) => ({ id, addresses: [] }))),
  'availability.free': model((modelId) => ({ modelId, from: '2026-12-25T00:00:00Z', to: '2026-12-26T00:00:00Z' })),
  'availability.why': model((modelId) => ({ modelId, start: '2026-12-25T10:00:00Z', end: '2026-12-25T11:00:00Z' })),
  'availability.rules.list': plain(),
  'availability.rules.get': rule(),
  'availability.rules.create': plain(async () => ({
    scope: 'model',
    modelId: await made.newModel('nobody'),
    kind: 'notice',
    config: { minutes: 60 },
  })),
  'availability.rules.update': rule((id) => ({ id, config: { minutes: 90 } })),
  'availability.rules.delete': rule(),
  'availability.slots.list': plain(),
  'availability.slots.get': slot(),
  'availability.slots.create': plain(() => ({ modelId: made.model(), ...made.hour() })),
  'availability.slots.update': slot((id) => ({ id, kind: 'tentative' })),
  'availability.slots.delete': slot(),
  'availability.exceptions.list': plain(),
  'availability.exceptions.create': plain(() => ({ modelId: made.model(), day: '2026-12-25', opens: false })),
  'availability.exceptions.update': dayException((id) => ({ id, opens: true })),
  'availability.exceptions.delete': dayException(),
  'availability.travel.list': plain(),
  'availability.travel.set': plain(async () => ({ from: made.world.location.slug, to: await made.place(), minutes: 25 })),
  'models.addNote': internal(model((id) => ({ id, body: 'Called' }))),
  'calendars.get': model(),
  'calendars.setFeed': model(),
  'calendars.regenerateFeed': shared((whose) => made.modelWithFeed(whose)),
  'calendars.removeFeed': shared((whose) => made.modelWithFeed(whose)),
  'calendars.addExternal': model((id) => ({ id, name: 'Elsewhere', address: 'https://calendar.example.com/a.ics' })),
  'calendars.updateExternal': shared(
    (whose) => made.externalCalendar(whose),
    (id) => ({ id, name: 'Renamed' }),
  ),
  'calendars.removeExternal': shared((whose) => made.externalCalendar(whose)),
  'calendars.readNow': shared((whose) => made.externalCalendar(whose)),
  'dashboard.read': plain(),
  'mismatches.list': plain(),
  'mismatches.fix': {
    whose: ALL,
    hides: true,
    input: async (whose, actor) => ({ id: await made.mismatch(whose, actor), key: 'first' }),
    // What a fix does takes the permission to do it by hand.
    policy: (whose, actor) => {
      const seen = whose === 'nobody' ? 'ok' : byAssignee('bookings.read_all')(whose, actor)
      return seen === 'ok' && !has(actor, 'availability.write') ? 'forbidden' : seen
    },
  },
  'mismatches.coverRules': plain(),
  'mismatches.createCover': plain(() => ({
    name: 'Evenings',
    location: made.world.location.slug,
    weekdays: [5, 6],
    from: 1_080,
    to: 1_320,
    needed: 2,
  })),
  'mismatches.updateCover': shared(
    (whose) => made.coverRule(whose),
    (id) => ({ id, needed: 3 }),
  ),
  'mismatches.deleteCover': shared((whose) => made.coverRule(whose)),
  'actionCenter.list': plain(),
  'actionCenter.item': task((id) => ({ kind: 'task', id })),
  'actionCenter.changes': plain(() => ({ since: 0 })),
  'actionCenter.views': plain(),
  'actionCenter.act': writing(task((id) => ({ kind: 'task', id, action: 'note', body: 'Called' }))),
  'actionCenter.create': writing(plain(() => ({ kind: 'task', subject: 'Call them' }))),
  // Each item has its own answer; the call itself is for who may write at all.
  'actionCenter.bulk': writing({
    ...task((id) => ({ key: made.id(), items: [{ kind: 'task', id }], action: 'note', body: 'Called' })),
    policy: ok,
    hides: false,
  }),
  'actionCenter.undos': plain(),
  'actionCenter.undo': {
    whose: ['own', 'foreign', 'unknown'],
    hides: true,
    async input(whose, actor) {
      return { id: whose === 'unknown' ? made.id() : await made.undoEntry(whose === 'own' ? actor : made.stranger) }
    },
    policy: (whose, actor) => (whose !== 'own' ? 'not_found' : has(actor, 'tasks.write') ? 'ok' : 'forbidden'),
  },
  'actionCenter.presence': {
    ...task((id) => ({ kind: 'task', id, mode: 'viewing' })),
    policy: (whose, actor) => (actor.kind === 'user' ? byAssignee('tasks.read_all')(whose, actor) : 'forbidden'),
  },
  'availability.roster': plain(),
  'availability.timeline': plain(() => ({ modelIds: [made.id()], ...WINDOW })),
  'availability.entries': plain(() => WINDOW),
  'availability.month': plain(() => ({ month: '2026-12' })),
  'tasks.list': plain(),
  'tasks.get': task((id) => ({ id })),
  'tasks.create': about('booking', { subject: 'Call' }, 'bookings.read_all'),
  'tasks.update': task((id) => ({ id, subject: 'Changed' })),
  'tasks.assign': task((id) => ({ id, userId: null })),
  'tasks.setStatus': task((id) => ({ id, newStatus: 'in_progress' })),
  'tasks.addNote': task((id) => ({ id, body: 'Called' })),
  'exceptions.list': plain(),
  'exceptions.get': exception((id) => ({ id })),
  'exceptions.create': about('inquiry', { summary: 'Odd' }, 'inquiries.read_all'),
  'exceptions.update': exception((id) => ({ id, summary: 'Changed' })),
  'exceptions.assign': exception((id) => ({ id, userId: null })),
  'exceptions.setStatus': exception((id) => ({ id, newStatus: 'investigating' })),
  'exceptions.resolve': exception((id) => ({ id, resolution: 'Called them' })),
  'exceptions.dismiss': exception((id) => ({ id, reason: 'Nothing' })),
  'exceptions.addNote': exception((id) => ({ id, body: 'Called' })),
  'search.everything': plain(() => ({ q: 'jane' })),
  'search.kind': {
    ...plain(() => ({ q: 'jane', kind: 'client' })),
    policy: (_whose, actor) => (has(actor, 'clients.read') ? 'ok' : 'forbidden'),
  },
  'views.list': plain(),
  'views.create': session(() => ({ screen: 'search', name: made.id(), query: 'q=B-1' })),
  'views.update': view((id) => ({ id, name: made.id() })),
  'views.delete': view((id) => ({ id })),
  'lifecycles.list': plain(),
  'audit.list': plain(),
  'audit.asOf': booking((id) => ({ entityType: 'booking', entityId: id, at: made.clock.now().toISOString() })),
  'system.health': plain(),
  'system.queues': plain(),
  'system.failedJobs': plain(),
  'system.retryJob': shared(async (whose) => (whose === 'unknown' ? '999999999' : made.failedJob())),
}

async function formToken(): Promise<string> {
  const { data } = await call(requireOperation('inquiries.formToken'), anonymous, {})
  const token = typeof data === 'object' && data !== null && 'token' in data ? String(data.token) : ''
  made.clock.advance(1)
  return token
}

function requireOperation(name: string): Operation {
  const operation = operations().find((candidate) => candidate.name === name)
  if (!operation) throw new Error(`no procedure ${name}`)
  return operation
}

interface Called {
  outcome: string
  /** What the answer says, without what differs between any two requests. */
  words: string
  data?: unknown
}

async function call({ name, meta }: Operation, actor: Actor, input: Input, requestId = 'test'): Promise<Called> {
  // A session of its own: signing out or changing the password must not touch the next call.
  const wantsSession = /^(auth|passkeys)\./.test(name) && actor.kind === 'user' && actor.id
  const token = wantsSession ? (await made.session(actor.id ?? '')).token : null
  const justSignedIn = actor.kind === 'user' ? { ...actor, authenticatedAt: made.clock.now() } : actor
  const ctx = testCtx(database(), justSignedIn, { clock: made.clock, token, ip: null, requestId })
  try {
    const type = meta.kind === 'query' ? 'query' : 'mutation'
    const data = await callTRPCProcedure({
      router: appRouter,
      path: name,
      getRawInput: async () => input,
      ctx,
      type,
      signal: undefined,
      batchIndex: 0,
    })
    return { outcome: 'ok', words: '', data }
  } catch (error) {
    const problem = toAppError(error)
    if (problem.code === 'internal') throw error
    return { outcome: problem.code, words: JSON.stringify(problemOf(problem, '-')) }
  }
}

/** By role and permission, then by policy: computed from the declarations, never from an answer. */
function expected({ meta }: Operation, probe: Probe, whose: Whose, actor: Actor): Outcome {
  const { access } = meta
  if (access !== 'public' && actor.kind === 'anonymous') return 'unauthenticated'
  if (access !== 'public' && access !== 'signed_in' && !has(actor, access)) return 'forbidden'
  // Nobody stands behind a key who could sign in once more.
  if (meta.fresh && actor.kind === 'api_key') return 'forbidden'
  return probe.policy(whose, actor)
}

interface Line {
  who: string
  actor: Actor
}

async function everyone(): Promise<Line[]> {
  const users = await Promise.all(
    ROLES.map(async (role) => {
      const actor = await makeUser(database(), role)
      await made.setPassword(actor.id)
      return { who: role, actor }
    }),
  )
  const partner = await made.apiKey(PARTNER, 'partner')
  const desk = await made.apiKey([...permissionsOf('OPERATOR')], 'desk')
  const office = await made.apiKey([...permissionsOf('OPS_MANAGER')], 'office')
  return [
    ...users,
    { who: 'nobody', actor: anonymous },
    { who: 'partner key', actor: partner.actor },
    { who: 'desk key', actor: desk.actor },
    { who: 'office key', actor: office.actor },
  ]
}

/** Every line of the matrix for one procedure: what was answered otherwise than the table says. */
async function deviations(
  operation: Operation,
  probe: Probe,
  people: readonly Line[],
  stubbed: (actor: Actor) => Actor = (actor) => actor,
): Promise<string[]> {
  const found: string[] = []
  for (const { who, actor } of people) {
    const hidden = new Map<Whose, string>()
    for (const whose of probe.whose) {
      const want = expected(operation, probe, whose, actor)
      const { outcome, words } = await call(operation, stubbed(actor), await probe.input(whose, actor))
      if (outcome !== want) found.push(`${operation.name} as ${who}, ${whose}: ${outcome} instead of ${want} ${words}`)
      if (outcome !== 'ok') hidden.set(whose, words)
    }
    if (probe.hides && hidden.has('foreign') && hidden.get('foreign') !== hidden.get('unknown')) {
      found.push(`${operation.name} as ${who}: foreign ${hidden.get('foreign')} but unknown ${hidden.get('unknown')}`)
    }
  }
  return found
}

describe('who may do what (S2)', () => {
  let people: Line[]
  beforeAll(async () => {
    people = await everyone()
  })

  test('every procedure has a probe, and no probe is without its procedure', () => {
    expect(Object.keys(PROBES).sort()).toEqual(
      operations()
        .map((operation) => operation.name)
        .sort(),
    )
  })

  test.each(operations().map((operation) => [operation.name, operation] as const))('%s', async (name, operation) => {
    const probe = PROBES[name]
    if (!probe) throw new Error(`no probe for ${name}: say how it is called and what its policy is`)
    expect(await deviations(operation, probe, people)).toEqual([])
  })

  test('negative control: a permission too many, or a policy that is skipped, is noticed', async () => {
    const probing = (name: string, who: string, permission?: Permission): Promise<string[]> => {
      const probe = PROBES[name]
      if (!probe) throw new Error(`no probe for ${name}`)
      const line = people.filter((candidate) => candidate.who === who)
      return deviations(requireOperation(name), probe, line, (actor) =>
        permission ? { ...actor, permissions: new Set([...actor.permissions, permission]) } : actor,
      )
    }
    expect(await probing('clients.create', 'READ_ONLY')).toEqual([])
    expect(await probing('clients.create', 'READ_ONLY', 'clients.write')).toHaveLength(1)
    expect(await probing('bookings.get', 'OPERATOR')).toEqual([])
    expect(await probing('bookings.get', 'OPERATOR', 'bookings.read_all')).toHaveLength(1)
    expect(await probing('users.update', 'OPS_MANAGER', 'users.grant_any')).toHaveLength(2)
  })
})

describe('rows and ids beside the main one (S2)', () => {
  const nouns = [
    ['inquiries', 'inquiry'],
    ['bookings', 'booking'],
    ['tasks', 'task'],
    ['exceptions', 'exception'],
  ] as const

  async function listed(name: string, actor: Actor, input: Input = {}): Promise<string[]> {
    const found: string[] = []
    let cursor: string | undefined
    do {
      const { data, outcome } = await call(requireOperation(name), actor, { limit: 200, ...input, ...(cursor ? { cursor } : {}) })
      if (outcome !== 'ok') throw new Error(`${name}: ${outcome}`)
      const page = data as { items: { id: string }[]; nextCursor: string | null }
      found.push(...page.items.map((item) => item.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    return found
  }

  test.each(nouns)('a list of %s shows what may be opened, and nothing else', async (noun, one) => {
    const [operator, reader] = [await makeUser(database(), 'OPERATOR'), await makeUser(database(), 'READ_ONLY')]
    const [own, nobodys, foreign] = [
      await made[one]('own', operator),
      await made[one]('nobody', operator),
      await made[one]('foreign', operator),
    ]
    const both = await listed(`${noun}.list`, operator)
    expect([own, nobodys, foreign].map((id) => both.includes(id))).toEqual([true, true, false])
    expect([own, nobodys, foreign].every((id) => both.includes(id))).toBe(false)
    const all = await listed(`${noun}.list`, reader)
    expect([own, nobodys, foreign].map((id) => all.includes(id))).toEqual([true, true, true])
    // Asking for the other's own rows by filter shows none of them.
    expect(await listed(`${noun}.list`, operator, { assignedTo: made.stranger.id })).toEqual([])
    if (one === 'task' || one === 'exception') {
      const center = await listed('actionCenter.list', operator)
      expect([own, nobodys, foreign].map((id) => center.includes(id))).toEqual([true, true, false])
      expect(await listed('actionCenter.list', operator, { assignedTo: made.stranger.id })).toEqual([])
    }
  })

  test('a client’s page and a booking’s payments tell an operator nothing of what is with someone else', async () => {
    const operator = await makeUser(database(), 'OPERATOR')
    const owner = await makeUser(database(), 'OWNER')
    const bookingId = await made.booking('foreign', operator)
    const inquiryId = await made.inquiry('foreign', operator)
    const paid = await call(requireOperation('payments.record'), owner, {
      id: bookingId,
      type: 'full',
      amount: GBP(100),
      method: 'cash',
    })
    expect(paid.outcome).toBe('ok')
    expect(await listed('payments.ofBooking', operator, { bookingId })).toEqual([])
    expect(await listed('payments.ofBooking', owner, { bookingId })).toHaveLength(1)
    const page = await call(requireOperation('clients.get'), operator, { id: made.world.client.id })
    expect(JSON.stringify(page.data)).not.toContain(bookingId)
    expect(JSON.stringify(page.data)).not.toContain(inquiryId)
  })

  test('a secondary id that is foreign, of another kind, or unknown is refused with the same words', async () => {
    const operator = await makeUser(database(), 'OPERATOR')
    const foreign = await made.task('foreign', operator)
    const ask = async (entityType: string, entityId: string) => {
      const { outcome, words } = await call(requireOperation('exceptions.create'), operator, {
        summary: 'Odd',
        entityType,
        entityId,
      })
      return `${outcome} ${words}`
    }
    const unknown = await ask('task', made.id())
    expect(unknown).toContain('invalid')
    expect(await ask('task', foreign)).toBe(unknown)
    // An id of a row that exists, as another kind.
    expect(await ask('task', await made.inquiry('nobody', operator))).toBe(unknown)

    const { start, end } = made.hour()
    const wish = { clientId: made.world.client.id, modelId: made.model(), location: made.world.location.slug, start, end }
    for (const [field, other] of [
      ['clientId', made.model()],
      ['modelId', made.world.client.id],
    ] as const) {
      const swapped = await call(requireOperation('bookings.create'), operator, { ...wish, [field]: other })
      const missing = await call(requireOperation('bookings.create'), operator, { ...wish, [field]: made.id() })
      expect(swapped.outcome).toBe('invalid')
      expect(swapped.words).toBe(missing.words)
    }
  })

  test('a merge is undone only by the survivor it was made into', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const survivor = await made.client()
    const mergedId = await made.mergedClient(survivor)
    const other = await made.client()
    expect((await call(requireOperation('clients.unmerge'), owner, { id: other, mergedId })).outcome).toBe('conflict')
    expect((await call(requireOperation('clients.unmerge'), owner, { id: mergedId, mergedId: survivor })).outcome).toBe(
      'conflict',
    )
    expect((await call(requireOperation('clients.unmerge'), owner, { id: survivor, mergedId })).outcome).toBe('ok')
  })

  test('work is given only to who could see it', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const content = await makeUser(database(), 'CONTENT_MANAGER')
    for (const [noun, one] of nouns) {
      const id = await made[one]('nobody', owner)
      expect((await call(requireOperation(`${noun}.assign`), owner, { id, userId: content.id })).outcome).toBe('invalid')
      expect((await call(requireOperation(`${noun}.assign`), owner, { id, userId: made.stranger.id })).outcome).toBe('ok')
    }
  })
})

describe('the same over HTTP (S2)', () => {
  let web: TestWeb
  beforeAll(async () => {
    web = await startWeb(database())
  })
  afterAll(async () => {
    await web.close()
  })

  test('by REST: foreign and unknown have one answer, strangers 401, a wrong token 401, a key what it was given', async () => {
    const operator = await makeUser(database(), 'OPERATOR')
    const token = await web.signIn(operator)
    for (const [path, one] of [
      ['inquiries', 'inquiry'],
      ['bookings', 'booking'],
      ['tasks', 'task'],
      ['exceptions', 'exception'],
    ] as const) {
      const foreign = await web.rest('GET', `/${path}/${await made[one]('foreign', operator)}`, { token })
      const unknown = await web.rest('GET', `/${path}/${made.id()}`, { token })
      expect(foreign.status).toBe(404)
      expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' })
      expect((await web.rest('GET', `/${path}/${await made[one]('own', operator)}`, { token })).status).toBe(200)
      expect((await web.rest('GET', `/${path}`)).status).toBe(401)
      expect((await web.rest('GET', `/${path}`, { token: 'x'.repeat(40) })).status).toBe(401)
    }
    expect((await web.rest('GET', '/users', { token })).status).toBe(403)

    const partner = await made.apiKey(PARTNER)
    const lead = { source: 'partner', client: { name: 'Ann', email: made.email() }, message: 'Hello', externalRef: made.id() }
    const first = await web.rest('POST', '/inquiries', { token: partner.token, body: lead })
    expect(first.status).toBe(201)
    const again = await web.rest('POST', '/inquiries', { token: partner.token, body: lead })
    expect([again.status, again.body.id]).toEqual([200, first.body.id])
    expect((await web.rest('GET', `/inquiries/${first.body.id}`, { token: partner.token })).status).toBe(200)
    const other = await made.apiKey(PARTNER)
    expect((await web.rest('GET', `/inquiries/${first.body.id}`, { token: other.token })).status).toBe(404)
    expect((await web.rest('POST', '/tasks', { token: partner.token, body: { subject: 'x' } })).status).toBe(403)
    expect((await web.rest('GET', '/me', { token: `${partner.token.slice(0, -1)}_` })).status).toBe(401)
    await database().db.updateTable('api_keys').set({ revoked_at: new Date() }).where('id', '=', partner.actor.id).execute()
    expect((await web.rest('GET', '/me', { token: partner.token })).status).toBe(401)
  })

  test('the stream is for who is signed in', async () => {
    expect((await web.rest('GET', '/events/stream')).status).toBe(401)
    expect((await web.rest('GET', '/events/stream', { token: 'x'.repeat(40) })).status).toBe(401)
    const token = await web.signIn(await makeUser(database(), 'OPERATOR'))
    const abort = new AbortController()
    const response = await fetch(`${web.url}/api/v1/events/stream`, {
      headers: { authorization: `Bearer ${token}` },
      signal: abort.signal,
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    abort.abort()
  })

  test('metrics are for who may see the system', async () => {
    expect((await web.rest('GET', '/system/metrics')).status).toBe(401)
    const operator = await web.signIn(await makeUser(database(), 'OPERATOR'))
    expect((await web.rest('GET', '/system/metrics', { token: operator })).status).toBe(403)
    const admin = await web.signIn(await makeUser(database(), 'INTEGRATIONS_ADMIN'))
    const response = await fetch(`${web.url}/api/v1/system/metrics`, { headers: { authorization: `Bearer ${admin}` } })
    expect(response.status).toBe(200)
    await response.text()
  })
})

/** Fields of rows that nobody may set by naming them, and keys that would reach into objects. */
const EXTRAS: Record<string, unknown> = {
  createdBy: '01920000-0000-7000-8000-000000000000',
  created_by: '01920000-0000-7000-8000-000000000000',
  createdAt: '2020-01-01T00:00:00Z',
  updatedAt: '2020-01-01T00:00:00Z',
  isAdmin: true,
  is_system: true,
  roleCodes: ['OWNER'],
  grantedBy: 'x',
  assignee_id: '01920000-0000-7000-8000-000000000000',
  passwordHash: 'x',
  password_hash: 'x',
  secret_hash: 'x',
  deletedAt: null,
  disabledAt: null,
  mergedIntoId: null,
  priceAmount: 1,
  via: 'system',
  actor: { kind: 'system' },
  constructor: { prototype: { polluted: true } },
}
/** Of these only where the procedure does not take them. */
const SOMETIMES: Record<string, unknown> = {
  id: '01920000-0000-7000-8000-000000000000',
  ref: 'B-1',
  status: 'confirmed',
  version: 99,
  roles: ['OWNER'],
  permissions: ['users.grant_any'],
  assigneeId: '01920000-0000-7000-8000-000000000000',
  clientId: '01920000-0000-7000-8000-000000000000',
}

describe('fields nobody offered (mass assignment)', () => {
  const writes = operations().filter(({ meta }) => meta.kind !== 'query')
  const written = async (): Promise<string> => {
    const count = (table: 'audit_log' | 'domain_events') =>
      database()
        .db.selectFrom(table)
        .select((eb) => eb.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    return `${(await count('audit_log')).n} ${(await count('domain_events')).n}`
  }

  test.each(writes.map((operation) => [operation.name, operation] as const))('%s takes none of them', async (name, operation) => {
    const probe = PROBES[name]
    const whose = probe?.whose[0]
    if (!probe || !whose) throw new Error(`no probe for ${name}`)
    const actor = await makeUser(database(), 'OWNER')
    await made.setPassword(actor.id)
    const input = await probe.input(whose, actor)
    const taken = Object.keys(jsonSchemaOf(operation.meta.input).properties ?? {})
    const extras = Object.entries({ ...EXTRAS, ...SOMETIMES }).filter(([key]) => !taken.includes(key))
    const before = await written()
    const through: string[] = []
    // As JSON.parse makes it: an own property, also where its name is __proto__.
    const withExtra = (key: string, value: unknown): Input => {
      const rest = JSON.stringify(input).slice(1)
      return JSON.parse(`{"${key}":${JSON.stringify(value)}${rest === '}' ? '' : ','}${rest}`)
    }
    for (const [key, value] of extras) {
      const { outcome } = await call(operation, actor, withExtra(key, value))
      if (outcome !== 'invalid') through.push(`${key}: ${outcome}`)
    }
    expect(through).toEqual([])
    expect(await written()).toBe(before)
    // Zod leaves this one out of what it hands on: as good as refusing it.
    await call(operation, actor, withExtra('__proto__', { polluted: true }))
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  test('negative control: an input that takes what comes is noticed', () => {
    const loose = z.object({ name: z.string() })
    const strict = z.strictObject({ name: z.string() })
    expect(loose.safeParse({ name: 'Ann', created_by: 'x' }).success).toBe(true)
    expect(strict.safeParse({ name: 'Ann', created_by: 'x' }).success).toBe(false)
  })
})

/** Writes that leave no audit row, and why none is needed. */
const UNAUDITED: Record<string, string> = {
  'actionCenter.presence': 'who looks at what just now: gone in a minute, changes nothing',
  'auth.refresh': 'prolongs a session within its limits',
  'auth.startTotp': 'a factor that counts only once it is confirmed, which is audited',
  'inquiries.match': 'reads',
  'invitations.open': 'reads what a link is for; taking it up is audited',
  'passkeys.confirmOptions': 'a challenge; the answer to it is audited',
  'passkeys.creationOptions': 'a challenge; the answer to it is audited',
  'passkeys.signInOptions': 'a challenge; the answer to it is audited',
  'passwordResets.open': 'reads what a link is for; using it is audited',
  'passwordResets.request': 'the probe names an address of nobody; for a user it is audited',
  'views.create': 'a filter under a name: nothing of the agency changes',
  'views.update': 'a filter under a name: nothing of the agency changes',
  'views.delete': 'a filter under a name: nothing of the agency changes',
}

/** They take a code of the moment, which a probe can't know; tests of signing in look at their traces. */
const TRIED_ELSEWHERE = [
  'auth.finishSignIn',
  'auth.confirmTotp',
  'auth.removeTotp',
  'auth.newRecoveryCodes',
  'checkout.payWithTestCard',
  'checkout.answerTestBank',
  'checkout.cancel',
  'checkout.makeLink',
  'payments.requestDeposit',
  'payments.retry',
  'payments.refund',
]

interface Trace {
  action: string
  actor_kind: string
  actor_id: string | null
  actor_name: string
  via: string
  before: object | null
  after: object | null
}

function tracesOf(requestId: string): Promise<Trace[]> {
  return database()
    .db.selectFrom('audit_log')
    .select(['action', 'actor_kind', 'actor_id', 'actor_name', 'via', 'before', 'after'])
    .where('request_id', '=', requestId)
    .where('action', 'not in', ['client.viewed'])
    .execute()
}

/** What is wrong with what a successful call left in the audit log; undefined when the call can't be made to succeed. */
async function tracesMissing(operation: Operation, people: readonly Line[], trace = tracesOf): Promise<string[] | undefined> {
  const probe = PROBES[operation.name]
  let tried = false
  for (const { actor } of people) {
    for (const whose of probe?.whose ?? []) {
      if (!probe || expected(operation, probe, whose, actor) !== 'ok') continue
      const input = await probe.input(whose, actor)
      const requestId = `trace-${made.id()}`
      if ((await call(operation, actor, input, requestId)).outcome !== 'ok') continue
      const rows = await trace(requestId)
      tried = true
      // What was so already leaves none: another row may tell.
      if (rows.length === 0) continue
      return rows.flatMap((row) => {
        const said =
          row.actor_name !== '' && (row.actor_kind === 'system' || row.actor_kind === 'anonymous' || row.actor_id !== null)
        // A password is kept nowhere.
        const edit = /\.(updated|\w+_changed)$/.test(row.action) && row.action !== 'user.password_changed'
        const keys = (values: object | null) => Object.keys(values ?? {})
        return [
          ...(said ? [] : [`${row.action} does not say who`]),
          ...(['trpc', 'rule', 'job'].includes(row.via) ? [] : [`${row.action} came by ${row.via}`]),
          ...(edit && (keys(row.before).length === 0 || keys(row.before).some((key) => !keys(row.after).includes(key)))
            ? [`${row.action} does not keep what it was`]
            : []),
        ]
      })
    }
  }
  return tried ? ['leaves no audit row'] : undefined
}

describe('the trace every write leaves', () => {
  const writes = operations().filter(({ meta }) => meta.kind !== 'query')

  test('says who, by what, in which request, and of an edit what it was', async () => {
    const people = await everyone()
    const missing: Record<string, string[]> = {}
    const untried: string[] = []
    for (const operation of writes) {
      const found = await tracesMissing(operation, people)
      if (found === undefined) untried.push(operation.name)
      else if (found.length > 0 && !(operation.name in UNAUDITED)) missing[operation.name] = found
    }
    expect(missing).toEqual({})
    expect(untried).toEqual(TRIED_ELSEWHERE)
    expect(Object.keys(UNAUDITED).filter((name) => !writes.some((operation) => operation.name === name))).toEqual([])
  })

  test('is missed when it is not there', async () => {
    const people = await everyone()
    const found = await tracesMissing(requireOperation('tasks.addNote'), people, async () => [])
    expect(found).toEqual(['leaves no audit row'])
    const halved = await tracesMissing(requireOperation('tasks.update'), people, async (requestId) =>
      (await tracesOf(requestId)).map((row) => ({ ...row, before: null })),
    )
    expect(halved).toEqual(['task.updated does not keep what it was'])
  })
})

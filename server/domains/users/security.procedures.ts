import { command, mutation, nothing, query } from '#server/trpc/init.ts'
import {
  confirmTotp,
  newRecoveryCodes,
  readSecurity,
  readTotpSetup,
  removeOwnTotp,
  removeSecondFactorOf,
  startTotp,
} from './second-factor.ts'
import * as schema from './security.schema.ts'
import { endOtherSessions, endOwnSession, endSessionOf, endSessionsOf, listOwnSessions, listSessionsOf } from './sessions.ts'
import { answerNewDevice, listNewDevices, listOwnSignIns, listSignInsOf } from './sign-ins.ts'

const own = 'own: only what belongs to the person of this session'
const manageable = 'requireManageable: owners by users.grant_any; else only operators, content managers, read-only users'

/** Part of `auth`: how one proves who one is, and where one has. */
export const ownSecurityProcedures = {
  security: query({
    access: 'signed_in',
    enrolling: true,
    policy: own,
    summary: 'How I sign in: second factor, recovery codes, whether my role asks for it',
    rest: { method: 'GET', path: '/me/security' },
    input: nothing,
    output: schema.securityOut,
    run: readSecurity,
  }),
  startTotp: command({
    access: 'signed_in',
    enrolling: true,
    fresh: true,
    policy: own,
    summary: 'Begin to set up codes of an authenticator app',
    rest: { method: 'POST', path: '/me/second-factor' },
    input: nothing,
    output: schema.totpSetupOut,
    run: startTotp,
  }),
  totpSetup: query({
    access: 'signed_in',
    enrolling: true,
    fresh: true,
    policy: own,
    summary: 'The set-up that is under way',
    rest: { method: 'GET', path: '/me/second-factor' },
    input: nothing,
    output: schema.totpSetupOut,
    run: readTotpSetup,
  }),
  confirmTotp: command({
    access: 'signed_in',
    enrolling: true,
    fresh: true,
    policy: own,
    summary: 'Turn codes on with one of them; answers the recovery codes, and my other sessions end',
    rest: { method: 'POST', path: '/me/second-factor/confirm' },
    input: schema.codeInput,
    output: schema.recoveryCodesOut,
    run: confirmTotp,
  }),
  removeTotp: command({
    access: 'signed_in',
    fresh: true,
    policy: own,
    summary: 'Turn codes off',
    rest: { method: 'DELETE', path: '/me/second-factor' },
    input: nothing,
    output: schema.done,
    run: async (ctx) => {
      await removeOwnTotp(ctx)
      return { ok: true }
    },
  }),
  newRecoveryCodes: command({
    access: 'signed_in',
    fresh: true,
    policy: own,
    summary: 'Ten new recovery codes; the ones before are void',
    rest: { method: 'POST', path: '/me/recovery-codes' },
    input: nothing,
    output: schema.recoveryCodesOut,
    run: newRecoveryCodes,
  }),
  sessions: query({
    access: 'signed_in',
    policy: own,
    summary: 'My open sessions',
    rest: { method: 'GET', path: '/me/sessions' },
    input: nothing,
    output: schema.sessionsOut,
    run: listOwnSessions,
  }),
  endSession: command({
    access: 'signed_in',
    policy: own,
    summary: 'End one of my sessions',
    rest: { method: 'DELETE', path: '/me/sessions/{id}' },
    input: schema.sessionInput,
    output: schema.done,
    run: async (ctx, input) => {
      await endOwnSession(ctx, input)
      return { ok: true }
    },
  }),
  endOtherSessions: command({
    access: 'signed_in',
    policy: own,
    summary: 'End all my sessions but this one',
    rest: { method: 'DELETE', path: '/me/sessions' },
    input: nothing,
    output: schema.endedOut,
    run: async (ctx) => ({ ended: await endOtherSessions(ctx) }),
  }),
  signIns: query({
    access: 'signed_in',
    policy: own,
    summary: 'Who signed in as me, or tried to, newest first',
    rest: { method: 'GET', path: '/me/sign-ins' },
    input: schema.listSignInsInput,
    output: schema.signInList,
    run: listOwnSignIns,
  }),
  newDevices: query({
    access: 'signed_in',
    policy: own,
    summary: 'Sign-ins on new devices I have not answered for',
    rest: { method: 'GET', path: '/me/new-devices' },
    input: nothing,
    output: schema.newDevicesOut,
    run: listNewDevices,
  }),
  answerNewDevice: command({
    access: 'signed_in',
    policy: own,
    summary: 'Say whether a sign-in on a new device was mine; if not, its session ends',
    rest: { method: 'POST', path: '/me/new-devices/{id}' },
    input: schema.answerInput,
    output: schema.done,
    run: async (ctx, input) => {
      await answerNewDevice(ctx, input)
      return { ok: true }
    },
  }),
}

/** Part of `users`: the same of others, for who may manage them. */
export const userSecurityProcedures = {
  sessions: query({
    access: 'users.write',
    policy: manageable,
    summary: 'Open sessions of a user',
    rest: { method: 'GET', path: '/users/{id}/sessions' },
    input: schema.userInput,
    output: schema.sessionsOut,
    run: listSessionsOf,
  }),
  endSession: mutation({
    access: 'users.write',
    fresh: true,
    policy: manageable,
    summary: 'End one session of a user',
    rest: { method: 'DELETE', path: '/users/{id}/sessions/{sessionId}' },
    input: schema.userSessionInput,
    output: schema.done,
    run: async (tx, input) => {
      await endSessionOf(tx, input)
      return { ok: true }
    },
  }),
  endSessions: mutation({
    access: 'users.write',
    fresh: true,
    policy: manageable,
    summary: 'Sign a user out everywhere and forget their devices; of my own sessions this one stays',
    rest: { method: 'DELETE', path: '/users/{id}/sessions' },
    input: schema.userInput,
    output: schema.endedOut,
    run: async (tx, input, ctx) => ({ ended: await endSessionsOf(tx, input, ctx.token) }),
  }),
  signIns: query({
    access: 'users.write',
    policy: manageable,
    summary: 'Sign-ins of a user, newest first',
    rest: { method: 'GET', path: '/users/{id}/sign-ins' },
    input: schema.listUserSignInsInput,
    output: schema.signInList,
    run: listSignInsOf,
  }),
  removeSecondFactor: mutation({
    access: 'users.write',
    fresh: true,
    policy: manageable,
    summary: 'Take away the second factor of a user who lost it; their sessions end',
    rest: { method: 'DELETE', path: '/users/{id}/second-factor' },
    input: schema.userInput,
    output: schema.done,
    run: async (tx, input) => {
      await removeSecondFactorOf(tx, input)
      return { ok: true }
    },
  }),
}

import { command, nothing, query, router } from '#server/trpc/init.ts'
import { changeOwnPassword } from './change-own-password.ts'
import { confirmOneself } from './confirm.ts'
import { ownSecurityProcedures } from './security.procedures.ts'
import { finishSignIn, requireStep, secondFactorsAsked, signIn } from './sign-in.ts'
import { refreshSession, signOut } from './sign-out.ts'
import { selfOf, signedInOf } from './user.queries.ts'
import * as schema from './user.schema.ts'

const own = 'own: only the session this request came with, and others of the same user'

export const authRouter = router({
  login: command({
    access: 'public',
    policy: 'none: strangers sign in here; throttled per account, address and altogether',
    summary: 'Sign in with email and password',
    rest: { method: 'POST', path: '/auth/login' },
    input: schema.loginInput,
    output: schema.signedInOut,
    run: async (ctx, input) => signedInOf(await signIn(ctx, input)),
  }),
  pendingSignIn: query({
    access: 'public',
    policy: 'openStep: only the person whose password this browser has shown within the last minutes',
    summary: 'The sign-in that waits for its second factor',
    input: nothing,
    output: schema.pendingSignInOut,
    run: async (ctx) => {
      const { userId, name } = await requireStep(ctx)
      return { name, methods: await secondFactorsAsked(ctx, userId) }
    },
  }),
  finishSignIn: command({
    access: 'public',
    policy: 'openStep: only the person whose password this browser has shown within the last minutes; codes are throttled',
    summary: 'Give the second factor of a sign-in',
    input: schema.finishSignInInput,
    output: schema.signedInOut,
    run: async (ctx, input) => signedInOf(await finishSignIn(ctx, input)),
  }),
  confirm: command({
    access: 'signed_in',
    enrolling: true,
    policy: own,
    summary: 'Confirm that it is me, for what asks for a recent sign-in; the session gets a new token',
    rest: { method: 'POST', path: '/auth/confirm' },
    input: schema.confirmInput,
    output: schema.signedInOut,
    run: async (ctx, input) => signedInOf(await confirmOneself(ctx, input)),
  }),
  refresh: command({
    access: 'signed_in',
    enrolling: true,
    policy: own,
    summary: 'Prolong the session',
    rest: { method: 'POST', path: '/auth/refresh' },
    input: nothing,
    output: schema.signedInOut,
    run: async (ctx) => {
      return signedInOf(await refreshSession(ctx))
    },
  }),
  logout: command({
    access: 'signed_in',
    enrolling: true,
    policy: own,
    summary: 'End the session',
    rest: { method: 'POST', path: '/auth/logout' },
    input: nothing,
    output: schema.done,
    run: async (ctx) => {
      await signOut(ctx)
      return { ok: true }
    },
  }),
  me: query({
    access: 'signed_in',
    enrolling: true,
    policy: own,
    summary: 'Who I am, with my roles and permissions',
    rest: { method: 'GET', path: '/me' },
    input: nothing,
    output: schema.meOut,
    run: async (ctx) => {
      const user = selfOf(ctx.actor)
      return { ...user, user }
    },
  }),
  ...ownSecurityProcedures,
  changePassword: command({
    access: 'signed_in',
    policy: own,
    summary: 'Change my password; my other sessions end',
    rest: { method: 'POST', path: '/me/password' },
    input: schema.changePasswordInput,
    output: schema.done,
    run: async (ctx, input) => {
      await changeOwnPassword(ctx, input)
      return { ok: true }
    },
  }),
})

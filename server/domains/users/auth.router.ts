import { command, nothing, query, router } from '#server/trpc/init.ts'
import { changeOwnPassword } from './change-own-password.ts'
import { endOwnSession } from './end-own-session.ts'
import { signIn } from './sign-in.ts'
import { refreshSession, signOut } from './sign-out.ts'
import { listOwnSessions, selfOf } from './user.queries.ts'
import * as schema from './user.schema.ts'

const own = 'own: only the session this request came with, and others of the same user'

export const authRouter = router({
  login: command({
    access: 'public',
    policy: 'none: strangers sign in here; throttled per account and address',
    summary: 'Sign in with email and password',
    rest: { method: 'POST', path: '/auth/login' },
    input: schema.loginInput,
    output: schema.signedInOut,
    run: async (ctx, input) => {
      const { user, ...session } = await signIn(ctx, input)
      return { ...session, user: selfOf(user) }
    },
  }),
  refresh: command({
    access: 'signed_in',
    policy: own,
    summary: 'Prolong the session',
    rest: { method: 'POST', path: '/auth/refresh' },
    input: nothing,
    output: schema.signedInOut,
    run: async (ctx) => {
      const { user, ...session } = await refreshSession(ctx)
      return { ...session, user: selfOf(user) }
    },
  }),
  logout: command({
    access: 'signed_in',
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
    input: schema.endSessionInput,
    output: schema.done,
    run: async (ctx, input) => {
      await endOwnSession(ctx, input)
      return { ok: true }
    },
  }),
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

import { done, signedInOf, signedInOut } from '#server/domains/users/index.ts'
import { command, nothing, query, router } from '#server/trpc/init.ts'
import { addPasskey, listPasskeys, passkeyCreationOptions, removePasskey, renamePasskey } from './add-passkey.ts'
import * as schema from './passkey.schema.ts'
import { confirmByPasskey, confirmOptions, signInByPasskey, signInOptions } from './use-passkey.ts'

const own = 'own: passkeys of the person of this session; others’ and unknown answer alike'
const stranger = 'none: strangers sign in here; the challenge works once, for minutes; throttled per address'

export const passkeyRouter = router({
  list: query({
    access: 'signed_in',
    enrolling: true,
    policy: own,
    summary: 'My passkeys',
    rest: { method: 'GET', path: '/me/passkeys' },
    input: nothing,
    output: schema.passkeysOut,
    run: listPasskeys,
  }),
  creationOptions: command({
    access: 'signed_in',
    enrolling: true,
    fresh: true,
    policy: own,
    summary: 'What a browser needs to make a passkey',
    rest: { method: 'POST', path: '/me/passkeys/options' },
    input: nothing,
    output: schema.creationOptionsOut,
    run: passkeyCreationOptions,
  }),
  add: command({
    access: 'signed_in',
    enrolling: true,
    fresh: true,
    policy: own,
    summary: 'Add a passkey that was just made',
    rest: { method: 'POST', path: '/me/passkeys', status: 201 },
    input: schema.addPasskeyInput,
    output: schema.addedOut,
    run: async (ctx, input) => ({ id: await addPasskey(ctx, input) }),
  }),
  rename: command({
    access: 'signed_in',
    policy: own,
    summary: 'Rename one of my passkeys',
    rest: { method: 'PATCH', path: '/me/passkeys/{id}' },
    input: schema.renamePasskeyInput,
    output: done,
    run: async (ctx, input) => {
      await renamePasskey(ctx, input)
      return { ok: true }
    },
  }),
  remove: command({
    access: 'signed_in',
    fresh: true,
    policy: own,
    summary: 'Remove one of my passkeys',
    rest: { method: 'DELETE', path: '/me/passkeys/{id}' },
    input: schema.byId,
    output: done,
    run: async (ctx, input) => {
      await removePasskey(ctx, input)
      return { ok: true }
    },
  }),
  signInOptions: command({
    access: 'public',
    policy: stranger,
    summary: 'What a browser needs to ask for a passkey',
    rest: { method: 'POST', path: '/auth/passkey/options' },
    input: nothing,
    output: schema.requestOptionsOut,
    run: signInOptions,
  }),
  signIn: command({
    access: 'public',
    policy: stranger,
    summary: 'Sign in with a passkey, which stands for both factors',
    rest: { method: 'POST', path: '/auth/passkey' },
    input: schema.usePasskeyInput,
    output: signedInOut,
    run: async (ctx, input) => signedInOf(await signInByPasskey(ctx, input)),
  }),
  confirmOptions: command({
    access: 'signed_in',
    enrolling: true,
    policy: own,
    summary: 'What a browser needs to ask me for one of my passkeys',
    rest: { method: 'POST', path: '/auth/confirm/passkey/options' },
    input: nothing,
    output: schema.requestOptionsOut,
    run: confirmOptions,
  }),
  confirm: command({
    access: 'signed_in',
    enrolling: true,
    policy: own,
    summary: 'Confirm with a passkey that it is me; the session gets a new token',
    rest: { method: 'POST', path: '/auth/confirm/passkey' },
    input: schema.usePasskeyInput,
    output: signedInOut,
    run: async (ctx, input) => signedInOf(await confirmByPasskey(ctx, input)),
  }),
})

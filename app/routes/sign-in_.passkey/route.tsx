import { redirect } from '@remix-run/node'
import { passkeyAnswer, type Shown } from '../../passkey-form.server.ts'
import { paths } from '../../paths.ts'
import { localPath } from '../../safe-redirect.ts'
import { actions, screen } from '../../screen.server.ts'

export const loader = screen(async () => {
  throw redirect(paths.signIn())
})

export const action = actions({
  default: async (form, { api }) => {
    await api.passkeys.signIn(passkeyAnswer<Shown>(form))
    return { to: localPath(form.text('redirectTo')) }
  },
})

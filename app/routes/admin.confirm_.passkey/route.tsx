import { redirect } from '@remix-run/node'
import { passkeyAnswer, type Shown } from '../../passkey-form.server.ts'
import { paths } from '../../paths.ts'
import { localPath } from '../../safe-redirect.ts'
import { actions, screen } from '../../screen.server.ts'

export const loader = screen(async () => {
  throw redirect(paths.admin())
})

export const action = actions({
  default: async (form, { api }) => {
    await api.passkeys.confirm(passkeyAnswer<Shown>(form))
    return { to: localPath(form.text('returnTo')), say: 'Thank you. For the next 15 minutes you will not be asked again.' }
  },
})

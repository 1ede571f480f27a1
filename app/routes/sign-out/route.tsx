import { redirect } from '@remix-run/node'
import { paths } from '../../paths.ts'
import { actions } from '../../screen.server.ts'

export const loader = () => redirect(paths.signIn())

export const action = actions({
  default: async (_form, { api, context, user }) => {
    if (user) await api.auth.logout({})
    return { to: paths.signIn(), say: 'You are signed out.', tone: 'info', cookies: [context.clearSessionCookie()] }
  },
})

import { redirect } from '@remix-run/node'
import { paths } from '../../paths.ts'
import { actions, localPath } from '../../screen.server.ts'
import { themeCookie, themeOf } from '../../theme.server.ts'

export const loader = () => redirect(paths.home())

/** Remembers light, dark or system, and goes back to where the choice was made. */
export const action = actions({
  default: async (form, { context }) => ({
    to: form.text('back') === '/' ? '/' : localPath(form.text('back')),
    cookies: [themeCookie(themeOf(form.text('theme')), context.isSecure)],
  }),
})

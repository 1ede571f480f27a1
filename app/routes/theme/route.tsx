import { redirect } from '@remix-run/node'
import { paths } from '../../paths.ts'
import { localPath } from '../../safe-redirect.ts'
import { actions } from '../../screen.server.ts'
import { densityCookie, densityOf, themeCookie, themeOf } from '../../theme.server.ts'

export const loader = () => redirect(paths.home())

/** Remembers light, dark or system, and how close together things stand; goes back to where the choice was made. */
export const action = actions({
  default: async (form, { context }) => ({
    to: form.text('back') === '/' ? '/' : localPath(form.text('back')),
    cookies: [
      ...(form.has('theme') ? [themeCookie(themeOf(form.text('theme')), context.isSecure)] : []),
      ...(form.has('density') ? [densityCookie(densityOf(form.text('density')), context.isSecure)] : []),
    ],
  }),
})

import type { FormReader } from '../form.server.ts'
import { paths } from '../paths.ts'
import { problemFrom } from '../problem.server.ts'
import type { Done, Screen } from '../screen.server.ts'
import { idParam } from '../screen.server.ts'

/** Where someone is signed in, for who may manage them; null for everyone else. */
export async function userAccess({ api, may }: Pick<Screen, 'api' | 'may'>, id: string) {
  if (!may('users.write')) return null
  try {
    return (await api.users.sessions({ id })).items
  } catch (error) {
    if (problemFrom(error)?.code === 'forbidden') return null
    throw error
  }
}

type Act = (form: FormReader, screen: Screen) => Promise<Done>

/** The acts of the panel, to be spread among those of the page that shows it. */
export const userAccessActions: Record<'end-session' | 'end-sessions' | 'remove-factor', Act> = {
  'end-session': async (form, { api, params }) => {
    const id = idParam(params)
    await api.users.endSession({ id, sessionId: form.text('sessionId') })
    return { to: paths.users.detail(id), say: 'That session has ended.' }
  },
  'end-sessions': async (_form, { api, params }) => {
    const id = idParam(params)
    const { ended } = await api.users.endSessions({ id })
    return { to: paths.users.detail(id), say: `Signed out everywhere: ${ended === 1 ? 'one session' : `${ended} sessions`}.` }
  },
  'remove-factor': async (_form, { api, params }) => {
    const id = idParam(params)
    await api.users.removeSecondFactor({ id })
    return { to: paths.users.detail(id), say: 'Their second factor is gone and they are signed out.', tone: 'info' }
  },
}

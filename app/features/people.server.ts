import type { Screen } from '../screen.server.ts'

/** Whom work may be given to. */
export async function peopleToAssign(api: Screen['api'], may: Screen['may']): Promise<{ id: string; name: string }[] | null> {
  if (!may('users.read')) return null
  const page = await api.users.list({ disabled: false, limit: 200 })
  return page.items.map(({ id, name }) => ({ id, name }))
}

import type { Screen } from '../../screen.server.ts'

/** Active models as a choice: name, code, where she is based. */
export async function modelsToBook(api: Screen['api']): Promise<{ value: string; label: string }[]> {
  const { items } = await api.models.list({ status: ['active'], limit: 200 })
  return items.map(({ id, name, publicCode, primaryLocation }) => ({
    value: id,
    label: `${name} (${publicCode}), ${primaryLocation.title}`,
  }))
}

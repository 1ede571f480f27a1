import type { FormReader } from '../../form.server.ts'
import type { Done, Screen } from '../../screen.server.ts'

type ActInput = Parameters<Screen['api']['actionCenter']['act']>[0]

const PARAMS = ['to', 'reason', 'resolution', 'userId', 'body', 'until', 'event', 'priority', 'subject'] as const

/** What the forms of the Action Center post where there are no scripts; with them the same is sent by the page itself. */
export async function actOnWork(form: FormReader, { api, url }: Screen): Promise<Done> {
  const params = Object.fromEntries(
    PARAMS.flatMap((name) => {
      const value = form.optional(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const version = form.version()
  form.check()
  const answer = await api.actionCenter.act({
    kind: form.text('kind'),
    id: form.text('id'),
    action: form.text('action'),
    ...(['move', 'edit'].includes(form.text('action')) ? { version } : {}),
    ...(form.has('through') ? { through: true } : {}),
    ...params,
  } as ActInput)
  return { to: here(url), say: answer.text }
}

/** The list as it was filtered, without the form's own parameters. */
function here(url: URL): string {
  const search = new URLSearchParams(url.search)
  search.delete('index')
  const text = search.toString()
  return text ? `${url.pathname}?${text}` : url.pathname
}

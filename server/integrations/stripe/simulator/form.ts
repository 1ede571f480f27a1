/** Nested values of a form as Stripe's SDK sends them: `metadata[a]=1&expand[0]=x`. */
export type FormValue = string | { [name: string]: FormValue }

export function parseForm(text: string): Record<string, FormValue> {
  const root: Record<string, FormValue> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const [first = '', ...rest] = name.split(/[[\]]+/).filter((part) => part !== '')
    const parts = [first, ...rest]
    if (parts.some((part) => part === '__proto__' || part === 'constructor')) continue
    let node = root
    for (const part of parts.slice(0, -1)) {
      const next = node[part]
      if (typeof next === 'object') node = next
      else {
        const made: Record<string, FormValue> = {}
        node[part] = made
        node = made
      }
    }
    node[parts.at(-1) ?? ''] = value
  }
  return root
}

export function textOf(form: Record<string, FormValue>, name: string): string | undefined {
  const value = form[name]
  return typeof value === 'string' ? value : undefined
}

export function textsOf(form: Record<string, FormValue>, name: string): Record<string, string> {
  const value = form[name]
  if (typeof value !== 'object') return {}
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

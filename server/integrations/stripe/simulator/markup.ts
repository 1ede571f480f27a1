/** Text that is markup already; everything else is escaped where it is put in. */
export interface Markup {
  text: string
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(value: string | Markup): string {
  return typeof value === 'string' ? value.replace(/[&<>"']/g, (mark) => ESCAPES[mark] ?? mark) : value.text
}

export function html(parts: TemplateStringsArray, ...values: readonly (string | Markup)[]): Markup {
  return { text: parts.map((part, n) => part + (n < values.length ? escaped(values[n] ?? '') : '')).join('') }
}

export function list(items: readonly (string | Markup)[]): Markup {
  return { text: items.map(escaped).join('') }
}

export function row(cell: 'td' | 'th', items: readonly (string | Markup)[]): Markup {
  const tag = { text: cell }
  return html`<tr>${list(items.map((item) => html`<${tag}>${item}</${tag}>`))}</tr>`
}

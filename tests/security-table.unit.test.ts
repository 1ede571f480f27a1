import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const text = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8')

/** Items of levels 1 and 2 in OWASP ASVS 5.0.0, by section: how many of the first ones, which are all of those levels. */
const ITEMS: Readonly<Record<string, number>> = {
  ...{ '1.1': 2, '1.2': 9, '1.3': 11, '1.4': 3, '1.5': 2 },
  ...{ '2.1': 3, '2.2': 3, '2.3': 4, '2.4': 1 },
  ...{ '3.2': 2, '3.3': 4, '3.4': 6, '3.5': 5, '3.7': 2 },
  ...{ '4.1': 3, '4.2': 1, '4.3': 2, '4.4': 4 },
  ...{ '5.1': 1, '5.2': 3, '5.3': 2, '5.4': 3 },
  ...{ '6.1': 3, '6.2': 12, '6.3': 4, '6.4': 4, '6.5': 5, '6.6': 3, '6.8': 4 },
  ...{ '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 2, '7.6': 2 },
  ...{ '8.1': 2, '8.2': 3, '8.3': 1, '8.4': 1 },
  ...{ '9.1': 3, '9.2': 4 },
  ...{ '10.1': 2, '10.2': 2, '10.3': 4, '10.4': 11, '10.5': 5, '10.6': 2, '10.7': 3 },
  ...{ '11.1': 2, '11.2': 3, '11.3': 3, '11.4': 4, '11.5': 1, '11.6': 1 },
  ...{ '12.1': 3, '12.2': 2, '12.3': 4 },
  ...{ '13.1': 1, '13.2': 5, '13.3': 2, '13.4': 5 },
  ...{ '14.1': 2, '14.2': 4, '14.3': 3 },
  ...{ '15.1': 3, '15.2': 3, '15.3': 7 },
  ...{ '16.1': 1, '16.2': 5, '16.3': 4, '16.4': 3, '16.5': 3 },
  ...{ '17.1': 1, '17.2': 4, '17.3': 2 },
}
const wanted = Object.entries(ITEMS).flatMap(([section, count]) => Array.from({ length: count }, (_, n) => `${section}.${n + 1}`))

interface Row {
  items: string[]
  where: string
  test: string
}
/** `6.5.1–6.5.5` stands for all between. */
function itemsOf(cell: string): string[] {
  return cell.split(', ').flatMap((part) => {
    const [from = '', to] = part.split('–')
    const at = from.lastIndexOf('.')
    const first = Number(from.slice(at + 1))
    const last = to === undefined ? first : Number(to.slice(to.lastIndexOf('.') + 1))
    return Array.from({ length: last - first + 1 }, (_, n) => `${from.slice(0, at)}.${first + n}`)
  })
}
function rowsOf(document: string): Row[] {
  return document
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, first]) => /^\d+\.\d+\.\d+/.test(first ?? ''))
    .map(([, first = '', , where = '', testCell = '']) => ({ items: itemsOf(first), where, test: testCell }))
}
function problemsOf(document: string): string[] {
  const rows = rowsOf(document)
  const named = rows.flatMap(({ items }) => items)
  const problems = wanted.filter((item) => !named.includes(item)).map((item) => `${item} is missing`)
  problems.push(
    ...named.filter((item, at) => named.indexOf(item) !== at || !wanted.includes(item)).map((item) => `${item} is too much`),
  )
  for (const { items, where, test: testCell } of rows) {
    if (where === '' || testCell === '') problems.push(`${items[0]} says too little`)
    for (const [, file = ''] of testCell.matchAll(/`([^`]+)`/g)) {
      if (!existsSync(join(ROOT, 'tests', file))) problems.push(`${items[0]}: there is no tests/${file}`)
    }
    for (const [, file = ''] of where.matchAll(/`((?:server|app|workers|db|docs|tests)\/[^`]+)`/g)) {
      if (!existsSync(join(ROOT, file))) problems.push(`${items[0]}: there is no ${file}`)
    }
  }
  return problems
}

describe('docs/security.md', () => {
  test('has every item of ASVS 5.0, levels 1 and 2, once, with files that there are', () => {
    expect(wanted).toHaveLength(253)
    expect(problemsOf(text)).toEqual([])
  })

  test('negative control: a missing item, one given twice and a file there is not are noticed', () => {
    const without = text.replace(/^\| 1\.2\.4 .*$/m, '')
    expect(problemsOf(without)).toEqual(['1.2.4 is missing'])
    expect(problemsOf(`${text}\n| 1.2.4 | x | y | – |`)).toEqual(['1.2.4 is too much'])
    expect(problemsOf(text.replace('server/http/cross-site.ts', 'server/http/nothing.ts'))).toEqual([
      '3.5.1: there is no server/http/nothing.ts',
    ])
  })
})

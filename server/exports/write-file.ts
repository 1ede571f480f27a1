import { stringify } from 'csv-stringify/sync'
import writeXlsxFile, { type SheetData } from 'write-excel-file/node'
import type { Cell } from './export.columns.ts'
import { safeText } from './safe-text.ts'

export interface Sheet {
  name: string
  headers: readonly string[]
  rows: readonly (readonly Cell[])[]
}

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  if (cell instanceof Date) return cell.toISOString()
  return typeof cell === 'number' ? String(cell) : safeText(cell)
}

/** CSV as spreadsheets read it: UTF-8 with its mark, CRLF, every text quoted, none of them a formula. */
export function csvOf({ headers, rows }: Sheet): Buffer {
  const lines = [headers.map(safeText), ...rows.map((row) => row.map(csvCell))]
  return Buffer.from(stringify(lines, { bom: true, record_delimiter: 'windows', quoted_string: true }))
}

/** Characters that XML can't hold at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones meant
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

function xlsxCell(cell: Cell): SheetData[number][number] {
  if (cell === null) return null
  if (cell instanceof Date) return { value: cell, type: Date, format: 'yyyy-mm-dd hh:mm' }
  if (typeof cell === 'number') return { value: cell, type: Number, format: '#,##0.00' }
  // Typed as a text: never a formula, whatever it begins with.
  return { value: cell.toWellFormed().replace(NOT_XML, '').slice(0, 32_767), type: String }
}

/** A workbook of one sheet; its texts are text cells. */
export async function xlsxOf({ name, headers, rows }: Sheet): Promise<Buffer> {
  const head = headers.map((header) => ({ value: header, type: String, fontWeight: 'bold' as const }))
  const columns = headers.map((header) => ({ width: Math.max(12, header.length + 2) }))
  return writeXlsxFile([head, ...rows.map((row) => row.map(xlsxCell))], {
    sheet: name,
    columns,
    stickyRowsCount: 1,
  }).toBuffer()
}

import { Link, type LinkProps, useLocation } from '@remix-run/react'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface Column<Row> {
  key: string
  header: string
  /** Name of the sort this column stands for; makes the header a link. */
  sort?: string
  end?: boolean
  /** The row's own name: heads the card on a phone. */
  lead?: boolean
  hideHeader?: boolean
  className?: string
  cell: (row: Row) => ReactNode
}

/** Rows of one kind. On a phone each row is a card with labelled lines. */
export function Table<Row>({
  caption,
  columns,
  rows,
  rowKey,
  sort,
  tight,
}: {
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** The sort in force: `start` or `-start`. */
  sort?: string
  tight?: boolean
}) {
  return (
    <table className={classNames('table table-cards', tight && 'table-tight')}>
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <SortableHeader key={column.key} column={column} sort={sort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} data-row>
            {columns.map((column) => {
              const content = column.cell(row)
              const empty = content === null || content === undefined || content === ''
              return (
                <td
                  key={column.key}
                  data-label={column.header}
                  data-key={column.key}
                  data-lead={column.lead ? '' : undefined}
                  data-empty={empty ? '' : undefined}
                  className={classNames(column.end && 'end', column.className)}
                >
                  {/* One thing for the layout, however many parts a cell has. */}
                  {empty ? null : <div className="min-w-0">{content}</div>}
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function SortableHeader<Row>({ column, sort }: { column: Column<Row>; sort?: string }) {
  const location = useLocation()
  const up = sort === column.sort
  const down = sort === `-${column.sort}`
  const label = column.hideHeader ? <span className="sr-only">{column.header}</span> : column.header
  if (!column.sort) {
    return (
      <th scope="col" className={classNames(column.end && 'end', column.className)}>
        {label}
      </th>
    )
  }
  const search = new URLSearchParams(location.search)
  search.set('sort', up ? `-${column.sort}` : column.sort)
  search.delete('cursor')
  return (
    <th
      scope="col"
      className={classNames(column.end && 'end', column.className)}
      aria-sort={up ? 'ascending' : down ? 'descending' : 'none'}
    >
      <Link to={`?${search}`} className="inline-flex items-center gap-1 hover:text-text" preventScrollReset>
        {label}
        <span aria-hidden="true" className={up || down ? 'text-link' : 'opacity-40'}>
          {up ? '↑' : down ? '↓' : '↕'}
        </span>
      </Link>
    </th>
  )
}

/** The link that names a row; j and k walk over these. */
export function RowLink({ className, children, ...rest }: LinkProps) {
  return (
    <Link {...rest} data-row-link className={classNames('font-medium text-link hover:underline', className)}>
      {children}
    </Link>
  )
}

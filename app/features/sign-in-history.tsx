import { Badge, type Tone } from '../ui/badge.tsx'
import { FilterBar, ListPanel, Pager } from '../ui/list.tsx'
import { EmptyState } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { TimeText } from '../ui/time.tsx'
import { factorsText, placeText, RESULT_OPTIONS, resultText } from './sign-in-words.ts'

export interface SignInItem {
  id: string
  at: string
  result: string
  factors: string[]
  isNewDevice: boolean
  device: string
  ip: string | null
  place: string
}

interface SignInPage {
  items: readonly SignInItem[]
  nextCursor: string | null
  prevCursor: string | null
}

const TONES: Record<string, Tone> = { signed_in: 'good', confirmed: 'info' }

const COLUMNS: readonly Column<SignInItem>[] = [
  { key: 'at', header: 'When', sort: 'at', lead: true, cell: (row) => <TimeText at={row.at} /> },
  {
    key: 'result',
    header: 'Result',
    cell: (row) => (
      <span className="inline-flex flex-wrap gap-1.5">
        <Badge tone={TONES[row.result] ?? 'bad'}>{resultText(row.result)}</Badge>
        {row.isNewDevice ? <Badge tone="warn">New device</Badge> : null}
      </span>
    ),
  },
  { key: 'factors', header: 'By', cell: (row) => factorsText(row.factors) },
  { key: 'device', header: 'Device', cell: (row) => row.device },
  { key: 'place', header: 'Address', cell: (row) => placeText(row) },
]

/** Who signed in as someone, or tried to. */
export function SignInHistory({ page, sort }: { page: SignInPage; sort: string }) {
  const { items } = page
  return (
    <>
      <div className="mb-3">
        <FilterBar
          filters={[
            { name: 'result', label: 'Result', options: RESULT_OPTIONS, any: 'Any result' },
            { name: 'newDevice', label: 'Device', options: [{ value: 'true', label: 'New devices' }], any: 'Any device' },
          ]}
        />
      </div>
      <ListPanel
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={items.length} />}
        empty={
          items.length === 0 ? (
            <EmptyState title="No sign-ins here">Nothing fits, or nobody has signed in yet.</EmptyState>
          ) : undefined
        }
      >
        <Table caption="Sign-ins" columns={COLUMNS} rows={items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}

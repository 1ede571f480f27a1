import { useLocation } from '@remix-run/react'
import { Columns3, List, Plus } from 'lucide-react'
import { type ReactNode, useCallback, useEffect, useMemo } from 'react'
import { paths } from '../../paths.ts'
import type { Refused } from '../../problem.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Segments } from '../../ui/segments.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { CreateDialog } from './create-dialog.tsx'
import { type Desk, DeskContext } from './desk-context.ts'
import { FilterButton, FilterChips } from './desk-filters.tsx'
import { DeskPanel } from './desk-panel.tsx'
import { DeskViews, plainQuery, type SavedView } from './desk-views.tsx'
import { type Detail, itemKey, type Person, type Query, type WorkList } from './types.ts'
import { useDeskKeys } from './use-desk-keys.ts'
import { useView, type View } from './use-view.ts'
import { useWork, type Work } from './use-work.ts'

export interface DeskData {
  list: WorkList
  query: Query
  board: boolean
  detail: Detail | null
  views: readonly SavedView[]
  types: readonly string[]
  me: Person
  people: readonly Person[]
  later: Desk['later']
  may: Desk['may'] & { share: boolean }
}

/** The one screen operators live in: the work on the left, the card on the right. */
export function DeskScreen({ data, refused, children }: { data: DeskData; refused?: Refused; children: ReactNode }) {
  const location = useLocation()
  const search = new URLSearchParams(location.search)
  const work = useWork(data)
  const view = useView(work.shown.items, search.get('item'))
  useDeskKeys(work, view)
  useShowConflict(work, view)
  const text = location.search
  const to = useCallback(
    (change: Record<string, string | undefined>) => {
      const next = new URLSearchParams(text)
      next.delete('index')
      for (const [name, value] of Object.entries(change)) {
        if (value === undefined) next.delete(name)
        else next.set(name, value)
      }
      return `?${next}`
    },
    [text],
  )
  const { may, later } = data
  const desk = useMemo(() => ({ work, view, may, later, to }), [work, view, may, later, to])
  const here = plainQuery(text)
  return (
    <DeskContext.Provider value={desk}>
      <div className="desk" data-panel={view.open ? '' : undefined}>
        <div className="desk-main">
          <header className="desk-head">
            <h1 className="text-xl font-semibold tracking-tight">Action Center</h1>
            <span className="ml-auto flex items-center gap-2">
              <Segments
                label="View"
                value={data.board ? 'board' : 'list'}
                segments={[
                  {
                    value: 'list',
                    label: <Sign icon={<List className="size-4" />} text="List" />,
                    to: withQuery(paths.actionCenter(), here),
                  },
                  {
                    value: 'board',
                    label: <Sign icon={<Columns3 className="size-4" />} text="Board" />,
                    to: withQuery(paths.actionCenterBoard(), here),
                  },
                ]}
              />
              {may.create.task || may.create.exception ? (
                <LinkButton
                  to={paths.tasks.new()}
                  tone="primary"
                  icon={<Plus aria-hidden="true" className="size-4" />}
                  onClick={(event) => {
                    if (event.metaKey || event.ctrlKey) return
                    event.preventDefault()
                    view.setCreating(true)
                  }}
                >
                  New
                  <span className="max-sm:hidden [&_.kbd]:border-current/30 [&_.kbd]:bg-transparent [&_.kbd]:text-current">
                    <Kbd keys={['c']} />
                  </span>
                </LinkButton>
              ) : null}
            </span>
          </header>
          {data.board ? (
            <div className="mb-2 flex">
              <FilterButton types={data.types} />
            </div>
          ) : (
            <DeskViews views={data.views} mayShare={may.share} tools={<FilterButton types={data.types} />} />
          )}
          <FilterChips types={data.types} />
          <div className="desk-list" data-testid="work">
            {children}
          </div>
          <BulkBar />
        </div>
        {view.open ? (
          <div className="desk-side">
            <DeskPanel key="panel" itemKey={view.open} given={data.detail} refused={refused} />
          </div>
        ) : null}
      </div>
      <CreateDialog />
    </DeskContext.Provider>
  )
}

/** A card on which someone was quicker comes back with what they changed: it left when this person acted. */
function useShowConflict({ conflict }: Work, { setActive, setOpen }: View): void {
  useEffect(() => {
    if (!conflict) return
    const key = itemKey(conflict.item)
    setActive(key)
    setOpen(key)
  }, [conflict, setActive, setOpen])
}

function Sign({ icon, text }: { icon: ReactNode; text: string }) {
  return (
    <>
      <span aria-hidden="true">{icon}</span>
      <span className="max-sm:sr-only">{text}</span>
    </>
  )
}

function withQuery(path: string, query: string): string {
  return query ? `${path}?${query}` : path
}

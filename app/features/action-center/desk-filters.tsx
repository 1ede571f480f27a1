import { ListFilter } from 'lucide-react'
import { words } from '../../ui/badge.tsx'
import { type Filter, FilterBar } from '../../ui/list.tsx'
import { FilterChip } from '../../ui/segments.tsx'
import { optionsOf, PRIORITIES, WHOSE } from '../statuses.ts'
import { useDesk } from './desk-context.ts'
import type { Person } from './types.ts'

function filtersFor(people: readonly Person[], types: readonly string[]): Filter[] {
  return [
    {
      name: 'kind',
      label: 'Kind',
      any: 'Tasks and exceptions',
      options: [
        { value: 'task', label: 'Tasks' },
        { value: 'exception', label: 'Exceptions' },
      ],
    },
    { name: 'priority', label: 'Priority', any: 'Any priority', options: optionsOf(PRIORITIES) },
    { name: 'type', label: 'Type', any: 'Any type', options: optionsOf(types) },
    {
      name: 'assignedTo',
      label: 'With',
      any: 'Anyone’s',
      options: [...WHOSE, ...people.map((person) => ({ value: person.id, label: person.name }))],
    },
    { name: 'breached', label: 'Late', any: 'Late or not', options: [{ value: 'true', label: 'Late' }] },
    { name: 'due', label: 'Due', any: 'Due any time', options: DUE },
  ]
}
export const DUE = [
  { value: 'hour', label: 'Within an hour' },
  { value: 'today', label: 'Today' },
  { value: 'week', label: 'Within a week' },
]

function useFilters(types: readonly string[]) {
  const { work, to } = useDesk()
  return { filters: filtersFor(work.people, types), search: new URLSearchParams(to({}).slice(1)), to }
}

/** All filters behind one button; a choice applies at once. */
export function FilterButton({ types }: { types: readonly string[] }) {
  const { filters, to } = useFilters(types)
  return (
    <details key={to({ item: undefined })} className="pop">
      <summary className="chip">
        <ListFilter aria-hidden="true" className="size-3.5" />
        Filter
      </summary>
      <div className="pop-panel w-64 max-w-[calc(100vw-2rem)] p-3 [&_.field]:w-full! [&_.field]:max-w-none! [&_form]:flex-col [&_form]:items-stretch!">
        <FilterBar filters={filters} keep={['group', 'snoozed', 'item']} isOpen />
      </div>
    </details>
  )
}

/** What the list is filtered to, each filter a chip that can be taken off. */
export function FilterChips({ types }: { types: readonly string[] }) {
  const { filters, search, to } = useFilters(types)
  const chips = filters.flatMap((filter) => {
    const value = search.get(filter.name)
    if (!value) return []
    const shown = value
      .split(',')
      .map((one) => filter.options?.find((option) => option.value === one)?.label ?? words(one))
      .join(' or ')
    return [{ name: filter.label, value: shown, without: to({ [filter.name]: undefined }) }]
  })
  const group = search.get('group')
  if (group && group !== 'completed') chips.unshift({ name: 'Group', value: words(group), without: to({ group: undefined }) })
  if (chips.length === 0) return null
  return (
    <div className="desk-chips">
      {chips.map((chip) => (
        <FilterChip key={chip.name} {...chip} />
      ))}
    </div>
  )
}

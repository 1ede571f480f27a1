import { useLocation } from '@remix-run/react'
import type { Refused } from '../../problem.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Field, FieldRow, FormProblem, Input, Select, Submit } from '../../ui/form.tsx'
import { inputTime } from '../../ui/time.tsx'
import { addressWith } from './addresses.ts'
import { kindWord, titleOf } from './entry-words.ts'
import type { EntryPage, Model } from './types.ts'

type Row = EntryPage['items'][number]

/** What is edited in the table: one of its entries, or what is to be made. */
export interface Editing {
  entry: Row | null
  /** For what is new: whose time. */
  models: readonly Model[]
  zone: string
  date: string
}

const OWN = ['modelId', 'kind', 'start', 'end', 'note', 'reason']
const KINDS = ['available', 'tentative', 'unavailable', 'time_off'] as const
const kindOptions = (kinds: readonly (typeof KINDS)[number][]) => kinds.map((kind) => ({ value: kind, label: kindWord(kind) }))

/** Makes, moves and removes by typing, with and without scripts: what dragging does elsewhere. */
export function EditCard({ editing, refused }: { editing: Editing; refused?: Refused }) {
  const { search } = useLocation()
  const { entry, zone, date } = editing
  const shown = entry?.booking?.zone ?? entry?.model.zone ?? zone
  const isSlot = entry?.slot !== null && entry?.slot !== undefined
  return (
    <Card title={entry ? `${entry.model.name}: ${titleOf(entry)}` : 'New time'}>
      <ActionForm
        key={entry?.id ?? 'new'}
        intent={entry ? 'move' : 'add'}
        refused={refused}
        carry={
          entry
            ? {
                id: entry.booking?.id ?? entry.id,
                what: entry.kind,
                version: entry.booking?.version ?? entry.slot?.version,
                zone: shown,
              }
            : { zone: shown }
        }
        className="grid gap-3"
      >
        <FormProblem own={OWN} />
        <FieldRow className="lg:grid-cols-4!">
          {entry ? null : (
            <Field name="modelId" label="Model" required>
              <Select
                empty="Choose"
                options={editing.models.map((model) => ({ value: model.id, label: `${model.name}, ${model.place}` }))}
              />
            </Field>
          )}
          {entry && !isSlot ? null : (
            <Field name="kind" label="What" required>
              <Select
                defaultValue={entry?.kind ?? 'time_off'}
                options={kindOptions(isSlot ? KINDS.filter((kind) => kind !== 'time_off') : KINDS)}
              />
            </Field>
          )}
          <Field name="start" label="From" required hint={`By the clock of ${shown}`}>
            <Input type="datetime-local" step={900} defaultValue={entry ? inputTime(entry.start, shown) : `${date}T10:00`} />
          </Field>
          <Field name="end" label="To" required>
            <Input type="datetime-local" step={900} defaultValue={entry ? inputTime(entry.end, shown) : `${date}T18:00`} />
          </Field>
          {entry?.booking ? null : (
            <Field name="note" label="Note">
              <Input maxLength={500} defaultValue={entry?.note ?? ''} />
            </Field>
          )}
        </FieldRow>
        <div className="flex flex-wrap gap-2">
          <Submit>{entry ? 'Save' : 'Add'}</Submit>
          <LinkButton to={addressWith(search, { edit: undefined })}>Close</LinkButton>
        </div>
      </ActionForm>
      {entry && !entry.booking ? (
        <ActionForm intent="remove" refused={refused} carry={{ id: entry.id, what: entry.kind }} className="mt-2">
          <Button type="submit" tone="quiet-danger">
            Remove it
          </Button>
        </ActionForm>
      ) : null}
    </Card>
  )
}

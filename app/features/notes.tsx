import type { Refused } from '../problem.ts'
import { ActionForm, Field, FormProblem, Submit, Textarea } from '../ui/form.tsx'
import { Timeline } from '../ui/timeline.tsx'

export interface NoteItem {
  id: string
  body: string
  by: { name: string } | null
  createdAt: string
}

export function Notes({ notes, mayAdd, refused }: { notes: readonly NoteItem[]; mayAdd: boolean; refused?: Refused }) {
  return (
    <div className="flex flex-col gap-3">
      {mayAdd ? <NoteForm refused={refused} /> : null}
      {notes.length > 0 ? (
        <Timeline
          items={notes.map((note) => ({
            id: note.id,
            at: note.createdAt,
            title: note.by?.name ?? 'Virel',
            body: <NoteBody text={note.body} />,
          }))}
        />
      ) : (
        <p className="text-sm text-muted">No notes yet.</p>
      )}
    </div>
  )
}

function NoteBody({ text }: { text: string }) {
  return <p className="font-normal">{text}</p>
}

export function NoteForm({ refused }: { refused?: Refused }) {
  return (
    <ActionForm intent="note" refused={refused} className="flex flex-col gap-2">
      <FormProblem own={['body']} />
      <Field name="body" label="New note" hideLabel required>
        <Textarea rows={2} maxLength={5000} placeholder="Write a note" />
      </Field>
      <Submit tone="secondary" small className="self-end">
        Add note
      </Submit>
    </ActionForm>
  )
}

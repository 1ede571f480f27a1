import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { MARKS, type Mark, SLOT_KINDS, type SlotKind } from './carry-out.ts'
import { kindWord } from './entry-words.ts'
import type { Entry } from './types.ts'

/** Marks a stretch by hand: open, perhaps, or off. */
export function MarkForm({ onMark }: { onMark: (kind: Mark, note: string) => void }) {
  const [note, setNote] = useState('')
  return (
    <fieldset className="mt-3 grid gap-2 border-t border-line pt-3">
      <legend className="sr-only">Mark this time</legend>
      <label className="grid gap-1 text-xs font-medium">
        Note
        <input
          value={note}
          onChange={(event) => setNote(event.target.value)}
          maxLength={500}
          placeholder="Why, for colleagues"
          className="field"
        />
      </label>
      <div className="flex flex-wrap gap-1.5">
        {MARKS.map((kind) => (
          <Button key={kind} small onClick={() => onMark(kind, note)}>
            <span aria-hidden="true" className="tl-swatch" data-look={kind} />
            {kindWord(kind)}
          </Button>
        ))}
      </div>
    </fieldset>
  )
}

/** What a slot is, to change it; and away with it or with time off. */
export function SlotForm({ entry, onMark, onRemove }: { entry: Entry; onMark: (kind: SlotKind) => void; onRemove: () => void }) {
  return (
    <div className="mt-3 flex flex-wrap items-center gap-1.5 border-t border-line pt-3">
      {(entry.slot ? SLOT_KINDS : [])
        .filter((kind) => kind !== entry.kind)
        .map((kind) => (
          <Button key={kind} small onClick={() => onMark(kind)}>
            <span aria-hidden="true" className="tl-swatch" data-look={kind} />
            {kindWord(kind)}
          </Button>
        ))}
      <Button small tone="quiet-danger" onClick={onRemove}>
        Remove
      </Button>
    </div>
  )
}

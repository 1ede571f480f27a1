import { useLocation, useNavigate } from '@remix-run/react'
import { Users } from 'lucide-react'
import { useEffect, useState } from 'react'
import { ask } from '../../live/call.ts'
import { Button } from '../../ui/button.tsx'
import { Popover } from '../../ui/popover.tsx'
import { useScripted } from '../../ui/use-scripted.ts'
import { addressWith } from './addresses.ts'
import type { Model } from './types.ts'
import { sentenceOf } from './use-time-work.ts'

/** Chooses some models by name; the choice is in the address. Without scripts one searches by name instead. */
export function ModelPicker({ chosen }: { chosen: readonly string[] }) {
  const [open, setOpen] = useState(false)
  if (!useScripted()) return null
  return (
    <Popover
      label="Models"
      align="start"
      open={open}
      onOpenChange={setOpen}
      className="w-72 p-0!"
      trigger={
        <Button icon={<Users aria-hidden="true" className="size-4" />} aria-label="Choose models">
          Models
        </Button>
      }
    >
      <Picker chosen={chosen} onDone={() => setOpen(false)} />
    </Popover>
  )
}

function Picker({ chosen, onDone }: { chosen: readonly string[]; onDone: () => void }) {
  const { search } = useLocation()
  const navigate = useNavigate()
  const [models, setModels] = useState<readonly Model[] | null>(null)
  const [problem, setProblem] = useState('')
  const [typed, setTyped] = useState('')
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set(chosen))
  useEffect(() => {
    let isHere = true
    ask('availability', 'roster', {}).then(
      (roster) => isHere && setModels(roster.items),
      (error: unknown) => isHere && setProblem(sentenceOf(error)),
    )
    return () => {
      isHere = false
    }
  }, [])
  const words = typed.trim().toLowerCase()
  const found = (models ?? []).filter((model) => `${model.name} ${model.publicCode} ${model.place}`.toLowerCase().includes(words))
  const toggle = (id: string) =>
    setMarked((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  const apply = (ids: ReadonlySet<string>) => {
    onDone()
    navigate(addressWith(search, { model: ids.size > 0 ? [...ids].join(',') : undefined }), { preventScrollReset: true })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        apply(marked)
      }}
    >
      <div className="border-b border-line p-2">
        <input
          type="search"
          aria-label="Find a model"
          placeholder="Name, code or place"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className="field"
        />
      </div>
      <ul className="max-h-72 overflow-y-auto p-1">
        {problem ? <li className="px-2 py-1.5 text-sm text-bad-ink">{problem}</li> : null}
        {models && found.length === 0 ? <li className="px-2 py-1.5 text-sm text-muted">Nobody of that name.</li> : null}
        {found.slice(0, 200).map((model) => (
          <li key={model.id}>
            <label className="flex cursor-pointer items-center gap-2 rounded-md px-2 py-1 text-sm hover:bg-hover">
              <input type="checkbox" className="check" checked={marked.has(model.id)} onChange={() => toggle(model.id)} />
              <span className="min-w-0 flex-1 truncate">{model.name}</span>
              <span className="text-xs text-muted">{model.place}</span>
            </label>
          </li>
        ))}
      </ul>
      <div className="flex justify-end gap-2 border-t border-line p-2">
        <Button small tone="quiet" onClick={() => apply(new Set())}>
          All
        </Button>
        <Button small tone="primary" type="submit">
          Show {marked.size > 0 ? marked.size : 'all'}
        </Button>
      </div>
    </form>
  )
}

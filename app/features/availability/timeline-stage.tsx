import { useMemo, useState } from 'react'
import { type May, newEntry } from './carry-out.ts'
import { EntryPanel } from './entry-panel.tsx'
import { RefusalPanel } from './refusal-panel.tsx'
import { type Scale, scaleOf } from './scale.ts'
import { StretchPanel } from './stretch-panel.tsx'
import { Timeline } from './timeline.tsx'
import type { Entry, Roster, Span, Stretch, TimelineAnswer } from './types.ts'
import { useTimeWork } from './use-time-work.ts'

interface StageData {
  midnights: string[]
  zone: string
  roster: Roster
  first: TimelineAnswer | null
  span: Span
  may: May
}

/** The timeline and, beside it, what one block or stretch of it is about. */
export function TimelineStage({ data }: { data: StageData }) {
  const { midnights, zone, roster, may } = data
  const scale = useMemo<Scale>(() => scaleOf(midnights, zone), [midnights, zone])
  const ids = useMemo(() => roster.items.map((model) => model.id), [roster.items])
  const work = useTimeWork({ ids, scale, first: data.first })
  const [open, setOpen] = useState<Entry | null>(null)
  const [draft, setDraft] = useState<Stretch | null>(null)
  const { refusal, setRefusal } = work
  const show = (entry: Entry | null, stretch: Stretch | null) => {
    setOpen(entry)
    setDraft(stretch)
    setRefusal(null)
  }
  const close = () => show(null, null)
  const shown = open ? (work.store.find(open.modelId, open.id) ?? open) : null
  const modelOf = (id: string | undefined) => roster.items.find((model) => model.id === id)
  const moved = async (entry: Entry, to: Stretch, reason?: string) => {
    const done = await work.change(entry, to, reason)
    if (done && open?.id === entry.id) setOpen({ ...entry, ...to })
    return done
  }
  const model = modelOf((refusal?.to ?? shown ?? draft)?.modelId)
  const panel = refusal ? (
    <RefusalPanel
      refusal={refusal}
      model={model}
      zone={zone}
      mayOverride={may.override}
      onMove={(to, reason) => moved(work.store.find(refusal.entry.modelId, refusal.entry.id) ?? refusal.entry, to, reason)}
      onClose={close}
    />
  ) : shown && model ? (
    <EntryPanel
      entry={shown}
      model={model}
      zone={zone}
      may={may}
      onMove={(to) => moved(shown, to)}
      onMark={(kind) => void work.change(shown, { kind })}
      onRemove={() => {
        void work.perform({ before: shown, after: null })
        close()
      }}
      onClose={close}
    />
  ) : draft && model ? (
    <StretchPanel
      stretch={draft}
      model={model}
      zone={zone}
      may={may}
      onChange={setDraft}
      onMark={(kind, note) => {
        void work.perform({ before: null, after: newEntry({ ...draft, kind, note }) })
        close()
      }}
      onClose={close}
    />
  ) : null
  return (
    <div className="time-stage" data-panel={panel ? '' : undefined}>
      <Timeline
        work={work}
        models={roster.items}
        scale={scale}
        span={data.span}
        may={may}
        open={open}
        draft={draft}
        onOpen={(entry) => show(entry, null)}
        onDraft={(stretch) => show(null, stretch)}
      />
      {panel ? <div className="time-side">{panel}</div> : null}
    </div>
  )
}

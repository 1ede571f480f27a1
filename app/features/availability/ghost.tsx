import { kindWord, timesOf, titleOf } from './entry-words.ts'
import { boxOf, type Scale } from './scale.ts'
import type { Entry, Stretch } from './types.ts'

/** Where something would stand while it is dragged, moved by keys or asked about. */
export function Ghost({
  stretch,
  entry,
  top,
  scale,
  clash,
}: {
  stretch: Stretch
  entry: Entry | null
  top: number
  scale: Scale
  clash: Entry | undefined
}) {
  return (
    <div className="tl-ghosts" style={{ top }}>
      <div className="tl-ghost" style={boxOf(scale, stretch.from, stretch.to)} data-clash={clash ? '' : undefined} data-ghost>
        <span className="tl-ghost-label">
          {timesOf(stretch, scale.zone)}
          {clash ? <span className="font-normal"> · on {clash.booking?.ref ?? kindWord(clash.kind).toLowerCase()}</span> : null}
          {entry ? <span className="sr-only"> {titleOf(entry)}</span> : null}
        </span>
      </div>
    </div>
  )
}

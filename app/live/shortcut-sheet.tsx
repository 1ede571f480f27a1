import { useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { areShortcutsOn, type ScreenShortcut, SHORTCUTS, type ShownKey, setShortcutsOn } from './shortcuts.ts'

/** All keys there are here, from the lists that are obeyed; and whether they are obeyed at all. */
export function ShortcutSheet({
  open,
  onClose,
  screen,
}: {
  open: boolean
  onClose: () => void
  screen: readonly ScreenShortcut[]
}) {
  const groups: [string, readonly ShownKey[]][] = (['Go to', 'Lists', 'Everywhere'] as const).map((group) => [
    group,
    SHORTCUTS.filter((one) => one.group === group),
  ])
  if (screen.length > 0) groups.unshift(['On this screen', screen])
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard shortcuts" wide>
      <div className="grid gap-4 sm:grid-cols-2">
        {groups.map(([group, keys]) => (
          <section key={group}>
            <h3 className="mb-1 text-xs font-medium text-muted">{group}</h3>
            <dl className="flex flex-col gap-1 text-sm">
              {keys.map((one) => (
                <div key={`${one.keys.join(' ')} ${one.label}`} className="flex items-center justify-between gap-3">
                  <dt>{one.label}</dt>
                  <dd>
                    <Kbd keys={one.keys.flatMap((key) => key.split('+'))} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Switch />
    </Dialog>
  )
}

function Switch() {
  const [on, setOn] = useState(areShortcutsOn)
  return (
    <label className="mt-4 flex cursor-pointer items-start gap-2 border-t border-line pt-3 text-sm">
      <input
        type="checkbox"
        className="check"
        checked={on}
        onChange={(event) => {
          setOn(event.target.checked)
          setShortcutsOn(event.target.checked)
        }}
      />
      <span>
        Single keys are commands in this browser
        <span className="block text-xs text-muted">
          Off, only Ctrl K (⌘ K) opens the commands. The commands can switch this too.
        </span>
      </span>
    </label>
  )
}

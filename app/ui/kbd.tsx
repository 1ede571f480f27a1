const SHOWN: Record<string, string> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Enter: '↵',
  Shift: '⇧',
  Mod: 'Ctrl',
}

/** Keys as they are printed on the keyboard. */
export function Kbd({ keys }: { keys: readonly string[] }) {
  return (
    <span className="inline-flex flex-none gap-0.5">
      {keys.map((key) => (
        <kbd key={key} className="kbd">
          {SHOWN[key] ?? key}
        </kbd>
      ))}
    </span>
  )
}

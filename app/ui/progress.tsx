/** How far something is; without `done` only that it is under way. */
export function Progress({ label, done, of }: { label: string; done?: number; of?: number }) {
  const known = done !== undefined && of !== undefined && of > 0
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={known ? of : undefined}
      aria-valuenow={known ? done : undefined}
      aria-valuetext={known ? `${done} of ${of}` : undefined}
      className={known ? 'bar' : 'bar bar-unknown'}
    >
      <span style={known ? { width: `${Math.round((done / of) * 100)}%` } : undefined} />
    </div>
  )
}

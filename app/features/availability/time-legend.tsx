const LOOKS = [
  ['booking', 'Booked'],
  ['running', 'Now'],
  ['hold', 'Held'],
  ['request', 'Asked for'],
  ['tentative', 'Tentative'],
  ['unavailable', 'Not available'],
  ['shut', 'Outside hours'],
] as const

/** What the looks of the timeline mean. */
export function TimeLegend() {
  return (
    <ul aria-label="Legend" className="time-wide tl-legend">
      {LOOKS.map(([look, label]) => (
        <li key={look}>
          <span aria-hidden="true" className="tl-swatch" data-look={look} />
          {label}
        </li>
      ))}
    </ul>
  )
}

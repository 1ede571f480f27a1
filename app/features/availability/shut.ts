import type { Shut, ToldOffer } from './types.ts'

/** The stretches of a window in which a model is not offered: outside her hours, on days that differ, in blackouts. */
export function shutOf(offer: ToldOffer, window: { from: number; to: number }): Shut[] {
  const cut = ({ from, to }: { from: string; to: string }) => ({
    from: Math.max(Date.parse(from), window.from),
    to: Math.min(Date.parse(to), window.to),
  })
  const shut: Shut[] = offer.closed.map((span) => ({ ...cut(span), title: null }))
  if (offer.open) {
    let at = window.from
    for (const span of [...offer.open.map(cut), { from: window.to, to: window.to }]) {
      if (span.from > at) shut.push({ from: at, to: span.from, title: null })
      at = Math.max(at, span.to)
    }
  }
  return [...shut, ...offer.blackouts.map((blackout) => ({ ...cut(blackout), title: blackout.title }))]
}

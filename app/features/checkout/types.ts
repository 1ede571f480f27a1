import type { Answer } from '../../live/call.ts'

/** A payment link as its page shows it; times are text. */
export type Checkout = Answer<'checkout', 'state'>
/** What cancelling gives back, now and later. */
export type CancelPreview = Answer<'checkout', 'cancelPreview'>

import { phone as phoneField } from '#server/trpc/fields.ts'
import type { SearchKind } from './search.policy.ts'

const REF_LETTERS: Record<string, SearchKind> = {
  B: 'booking',
  Q: 'inquiry',
  C: 'client',
  T: 'task',
  X: 'exception',
  P: 'payment',
}
const FEWEST_DIGITS = 4

/** What somebody may have meant by what they typed; several at once. */
export interface Meant {
  text: string
  /** A ref as it is kept: `B-1235` of `#b 1235`; of a bare number the ref of each kind. */
  refs: string[]
  /** A whole number in E.164, in whatever spelling it came. */
  phone?: string
  /** Digits inside a number, without what stands before the national part. */
  digits?: string
  email?: string
  /** Nothing but a ref or a number: not to be looked for among words, unless nothing else has it. */
  isNumber: boolean
}

/** Reads `#b1235`, `07700 900123`, `0044 7700…`, `…@example.com`; all else is words. */
export function readQuery(text: string): Meant {
  const meant: Meant = { text, refs: [], isNumber: false }
  const ref = /^#?\s*([bqctxp])\s*[-–—]?\s*(\d{1,12})$/i.exec(text)
  if (ref?.[1] && ref[2]) meant.refs = [`${ref[1].toUpperCase()}-${trimZeros(ref[2])}`]
  const bare = /^#?\s*(\d{1,12})$/.exec(text)
  if (bare?.[1]) {
    const number = trimZeros(bare[1])
    meant.refs = Object.keys(REF_LETTERS).map((letter) => `${letter}-${number}`)
  }
  if (/^[+(]?[\d\s().\-/]+$/.test(text)) {
    const digits = text.replace(/\D/g, '')
    if (digits.length >= FEWEST_DIGITS) {
      // Only what is written before a whole number is taken off: in the middle of one a zero is a zero.
      meant.digits = /^\s*\+/.test(text) ? digits : digits.replace(/^(00|0)(?=\d{4})/, '')
      const whole = phoneField.safeParse(text)
      if (whole.success) meant.phone = whole.data
    }
  }
  const lower = text.toLowerCase()
  if (/^[^\s@]+@[^\s@]+$/.test(lower)) meant.email = lower
  meant.isNumber = meant.refs.length > 0 || meant.digits !== undefined
  return meant
}

function trimZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '')
}

import type { FormReader } from '../form.server.ts'

/** Limit and addresses of a key, as its forms give them. */
export function readKeyBounds(form: FormReader): { requestsPerMinute: number | undefined; allowedAddresses: string[] } {
  const allowedAddresses = form
    .text('allowedAddresses')
    .split(/[\s,]+/)
    .filter(Boolean)
  return { requestsPerMinute: form.whole('requestsPerMinute'), allowedAddresses }
}

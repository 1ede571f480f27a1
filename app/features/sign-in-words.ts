/** Words about signing in that several screens share. */

export const newDeviceText =
  'This device is new for your account. Your other sessions are told of this sign-in, and so are you by message.'

const RESULTS: Record<string, string> = {
  signed_in: 'Signed in',
  confirmed: 'Confirmed',
  wrong_password: 'Wrong password',
  wrong_code: 'Wrong code',
  disabled: 'Refused: disabled',
  unknown: 'Unknown address',
}
const FACTORS: Record<string, string> = {
  password: 'password',
  totp: 'app code',
  recovery_code: 'recovery code',
  passkey: 'passkey',
}

export const RESULT_OPTIONS = Object.entries(RESULTS)
  .filter(([value]) => value !== 'unknown')
  .map(([value, label]) => ({ value, label }))

export function resultText(result: string): string {
  return RESULTS[result] ?? result
}

/** "password and app code"; empty when nothing was shown. */
export function factorsText(factors: readonly string[]): string {
  return factors.map((factor) => FACTORS[factor] ?? factor).join(' and ')
}

/** Where something came from: the place as far as the address tells it, and the address. */
export function placeText({ place, ip }: { place: string; ip: string | null }): string {
  if (!ip) return place
  return place === 'Internet' ? ip : `${place}, ${ip}`
}

/**
 * Minor units of what a person typed: "250", "250.5", "£1,250.00". Undefined when it is not an amount. Works on digits,
 * never on floats.
 */
export function parseMoney(typed: string): number | undefined {
  const text = typed.trim().replace(/^[£€$]\s*/, '')
  const match = /^(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,2}))?$/.exec(text)
  if (!match) return undefined
  const whole = Number((match[1] ?? '').replaceAll(',', ''))
  const minor = Number((match[2] ?? '').padEnd(2, '0'))
  return whole * 100 + minor
}

export const VISIBILITIES = ['public', 'private', 'unlisted'] as const
export const DURATIONS = ['30m', '45m', '1h', '90m', '2h', 'overnight'] as const
export const SMOKING = ['no', 'socially', 'yes'] as const
export const FEW = ['none', 'few', 'many'] as const

const DURATION_TEXT: Record<string, string> = {
  '30m': '30 min',
  '45m': '45 min',
  '1h': '1 hour',
  '90m': '90 min',
  '2h': '2 hours',
  overnight: 'Overnight',
}
export function durationName(code: string): string {
  return DURATION_TEXT[code] ?? code
}

const NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** 2026-11 as November 2026. */
export function monthText(month: string): string {
  const [year, number] = month.split('-')
  return `${NAMES[Number(number) - 1] ?? month} ${year ?? ''}`
}

/** 9000 basis points as 90 %. */
export function percentText(basisPoints: number): string {
  return `${basisPoints / 100} %`
}

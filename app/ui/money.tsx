const SYMBOLS: Record<string, string> = { GBP: '£', EUR: '€', USD: '$' }

export interface MoneyValue {
  amount: number
  currency: string
}

/** £1,250.00 from minor units. */
export function moneyText({ amount, currency }: MoneyValue): string {
  const sign = amount < 0 ? '−' : ''
  const digits = String(Math.abs(amount)).padStart(3, '0')
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  const symbol = SYMBOLS[currency]
  return symbol ? `${sign}${symbol}${whole}.${digits.slice(-2)}` : `${sign}${whole}.${digits.slice(-2)} ${currency}`
}

export function Money({ value }: { value: MoneyValue }) {
  return <span className="whitespace-nowrap">{moneyText(value)}</span>
}

/** Value of an amount field: 250.00. */
export function moneyInput(value: MoneyValue | null | undefined): string {
  if (!value) return ''
  const digits = String(value.amount).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

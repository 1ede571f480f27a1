import { parseLocalTime } from './local-time.server.ts'
import { parseMoney } from './money.server.ts'
import { FormError } from './problem.server.ts'

/** Fields never sent back to the page. */
const SECRET = /password/i

/**
 * Reads a posted form field by field. What can not be read is collected; `check()` throws all of it at once, so a person
 * sees every mistake in one go.
 */
export class FormReader {
  readonly #data: FormData
  readonly #errors: { path: string; message: string }[] = []
  constructor(data: FormData) {
    this.#data = data
  }

  text(name: string): string {
    const value = this.#data.get(name)
    return typeof value === 'string' ? value : ''
  }

  /** Undefined when left empty. */
  optional(name: string): string | undefined {
    const value = this.text(name).trim()
    return value === '' ? undefined : value
  }

  list(name: string): string[] {
    return this.#data.getAll(name).filter((value): value is string => typeof value === 'string' && value !== '')
  }

  /** One of a fixed set; undefined when left empty. */
  pick<const T extends string>(name: string, options: readonly T[]): T | undefined {
    const value = this.optional(name)
    if (value === undefined) return undefined
    const known = options.find((option) => option === value)
    if (known === undefined) this.refuse(name, `Choose one of: ${options.join(', ')}.`)
    return known
  }

  checked(name: string): boolean {
    return this.#data.get(name) !== null
  }

  has(name: string): boolean {
    return this.#data.has(name)
  }

  whole(name: string): number | undefined {
    const value = this.optional(name)
    if (value === undefined) return undefined
    if (!/^-?\d{1,9}$/.test(value)) {
      this.refuse(name, 'Type a whole number.')
      return undefined
    }
    return Number(value)
  }

  decimal(name: string): number | undefined {
    const value = this.optional(name)
    if (value === undefined) return undefined
    if (!/^\d{1,6}([.,]\d{1,3})?$/.test(value)) {
      this.refuse(name, 'Type a number.')
      return undefined
    }
    return Number(value.replace(',', '.'))
  }

  /** "250.00" as minor units. */
  money(name: string, currency = 'GBP'): { amount: number; currency: string } | undefined {
    const value = this.optional(name)
    if (value === undefined) return undefined
    const amount = parseMoney(value)
    if (amount === undefined) {
      this.refuse(name, 'Type an amount such as 250.00.')
      return undefined
    }
    return { amount, currency }
  }

  requiredMoney(name: string, currency = 'GBP'): { amount: number; currency: string } {
    const value = this.money(name, currency)
    if (value === undefined && !this.#errors.some((error) => error.path === name)) this.refuse(name, 'Type an amount.')
    return value ?? { amount: 0, currency }
  }

  /** A wall-clock time in `zone` as an instant in UTC. */
  time(name: string, zone: string): string | undefined {
    const value = this.optional(name)
    if (value === undefined) return undefined
    const parsed = parseLocalTime(value, zone)
    if ('problem' in parsed) {
      this.refuse(name, parsed.problem)
      return undefined
    }
    return parsed.instant
  }

  requiredTime(name: string, zone: string): string {
    const value = this.time(name, zone)
    if (value === undefined && !this.#errors.some((error) => error.path === name)) this.refuse(name, 'Choose a date and time.')
    return value ?? ''
  }

  requiredText(name: string, message: string): string {
    const value = this.optional(name)
    if (value === undefined) this.refuse(name, message)
    return value ?? ''
  }

  version(): number | undefined {
    return this.whole('version')
  }

  refuse(path: string, message: string): void {
    this.#errors.push({ path, message })
  }

  check(): void {
    if (this.#errors.length > 0) throw new FormError(this.#errors)
  }

  /** What had been typed, to show it again. */
  values(): Record<string, string[]> {
    const values: Record<string, string[]> = {}
    for (const name of new Set(this.#data.keys())) {
      if (name.startsWith('_') || SECRET.test(name)) continue
      values[name] = this.#data.getAll(name).filter((value): value is string => typeof value === 'string')
    }
    return values
  }
}

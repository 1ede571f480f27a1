import type { AppLoadContext } from '@remix-run/node'
import type { Option } from '../../ui/form.tsx'
import { monthText } from './month-text.ts'

/** The months one can choose from: those with postings, and the present one. */
export async function monthsOf(api: AppLoadContext['api']): Promise<{ options: Option[]; current: string }> {
  const { items, current } = await api.financeMonths.list({ limit: 60 })
  const months = [...new Set([current, ...items.map((item) => item.month)])].sort().reverse()
  return { current, options: months.map((month) => ({ value: month, label: monthText(month) })) }
}

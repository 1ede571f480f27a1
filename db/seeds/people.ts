import type { Channel } from '#db/tables/index.ts'
import type { Rng } from '#server/context.ts'

/** The demonstration's accounts, each with one role. */
export const DEMO_PASSWORD = 'virel-demo-2026'
export const DEMO_USERS = [
  { key: 'owner', name: 'Helen Ward', role: 'OWNER' },
  { key: 'manager', name: 'Marcus Bell', role: 'OPS_MANAGER' },
  { key: 'operator', name: 'Priya Shah', role: 'OPERATOR' },
  { key: 'operator2', name: 'Tom Okafor', role: 'OPERATOR' },
  { key: 'content', name: 'Lena Fischer', role: 'CONTENT_MANAGER' },
  { key: 'finance', name: 'Daniel Reed', role: 'FINANCE' },
  { key: 'integrations', name: 'Yuki Tanaka', role: 'INTEGRATIONS_ADMIN' },
  { key: 'readonly', name: 'Ada Quinn', role: 'READ_ONLY' },
] as const
export type DemoUserKey = (typeof DEMO_USERS)[number]['key']

export function demoEmail(key: DemoUserKey): string {
  return `${key}@demo.virel.test`
}

const FIRST =
  'Oliver George Harry Noah Jack Leo Arthur Muhammad Oscar Charlie Jacob Thomas Henry William Alfie Joshua Freddie Archie Ethan Isaac Alexander Joseph Edward Samuel Max Daniel Arjun Rajesh Kofi Wei Olivia Amelia Isla Ava Emily Sophia Grace Mia Poppy Ella Lily Evie Charlotte Harriet Alice Florence Freya Rosie Matilda Eleanor Beatrice Imogen Zoe Fatima Aisha Ngozi Chloe Megan Bronwen Fiona'.split(
    ' ',
  )
const LAST =
  'Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood Jackson Clarke Hughes Edwards Lewis Khan Turner Hill Cooper Morris Ward Moore Clark Baker Harrison King Morgan Allen James Scott Watson Parker Bennett Young Cook Bailey Shaw Richardson Carter Collins Bell Murphy Miller Cox Begum Marshall Simpson Price Anderson Ali Fraser Chen Adeyemi Okoro Kowalski Novak Rossi Haddad Rahman MacLeod Pryce'.split(
    ' ',
  )

export interface DemoClient {
  name: string
  email?: string
  phone?: string
  preferredChannel: Channel
  tags: string[]
  about: string
}

const ABOUT = [
  '',
  '',
  '',
  'Prefers messages after six.',
  'Books for a law firm in the City.',
  'Always asks for a quiet table.',
  'Wants invoices in the name of the company.',
  'Met us at the Chelsea Flower Show.',
]

/** Ofcom's numbers for drama: +44 7700 900000 to 900999. */
export function dramaPhone(index: number): string {
  return `+447700900${String(index % 1000).padStart(3, '0')}`
}

/** `count` invented people with distinct names, phones and mails; every tenth lacks one of the two. */
export function inventClients(rng: Rng, count: number): DemoClient[] {
  const names = FIRST.flatMap((first) => LAST.map((last) => ({ first, last })))
  shuffle(rng, names)
  const phones = shuffle(
    rng,
    Array.from({ length: 1000 }, (_, index) => index),
  )
  return Array.from({ length: count }, (_, index) => {
    const { first, last } = names[index % names.length] as { first: string; last: string }
    const roll = rng()
    const tags = roll < 0.09 ? ['vip'] : roll < 0.3 ? ['regular'] : roll < 0.315 ? ['blacklist'] : []
    if (roll > 0.92) tags.push('corporate')
    const without = rng()
    return {
      name: `${first} ${last}`,
      email: without < 0.06 ? undefined : `${first}.${last}@example.com`.toLowerCase(),
      phone: without > 0.94 ? undefined : dramaPhone(phones[index % 1000] ?? index),
      preferredChannel: pick(rng, ['email', 'email', 'phone', 'whatsapp', 'whatsapp', 'telegram', 'sms'] as const),
      tags,
      about: pick(rng, ABOUT),
    }
  })
}

export function pick<T>(rng: Rng, list: readonly T[]): T {
  const item = list[Math.floor(rng() * list.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

/** A whole number in [from, to]. */
export function between(rng: Rng, from: number, to: number): number {
  return from + Math.floor(rng() * (to - from + 1))
}

export function shuffle<T>(rng: Rng, list: T[]): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1))
    const swapped = list[i] as T
    list[i] = list[j] as T
    list[j] = swapped
  }
  return list
}

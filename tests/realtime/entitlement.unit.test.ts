import { describe, expect, test } from 'vitest'
import type { Permission } from '#server/auth/permissions.ts'
import { type FeedRow, isEntitled } from '#server/realtime/frame.ts'
import { permissionsOf, type RoleCode } from '#tests/support/context.ts'

const ME = '0197a000-0000-7000-8000-000000000001'
const OTHER = '0197a000-0000-7000-8000-000000000002'

function row(entityType: string, more: Partial<FeedRow> = {}): FeedRow {
  return {
    seq: 1,
    type: `${entityType}.updated`,
    entity_type: entityType,
    entity_id: OTHER,
    entity_ref: 'X-1',
    assignee_id: null,
    previous_assignee_id: null,
    occurred_at: new Date(),
    ...more,
  }
}

const WORK = ['inquiry', 'booking', 'task', 'exception']
const KINDS = [...WORK, 'client', 'model', 'payment', 'user', 'job']

/** Source: the roles table of the product description. */
const TOLD: Record<RoleCode, { own: string[]; foreign: string[] }> = {
  OWNER: { own: KINDS, foreign: WORK },
  OPS_MANAGER: { own: KINDS, foreign: WORK },
  OPERATOR: { own: [...WORK, 'client', 'model'], foreign: [] },
  CONTENT_MANAGER: { own: ['model'], foreign: [] },
  FINANCE: { own: ['payment'], foreign: [] },
  INTEGRATIONS_ADMIN: { own: ['job'], foreign: [] },
  READ_ONLY: { own: KINDS, foreign: WORK },
}

describe.each(Object.entries(TOLD))('%s', (role, { own, foreign }) => {
  const viewer = { permissions: permissionsOf(role as RoleCode), userId: ME }
  const told = (more: Partial<FeedRow>, kinds = KINDS) => kinds.filter((kind) => isEntitled(viewer, row(kind, more)))

  test('is told of the kinds it may read, when they are its own or nobody’s', () => {
    expect(told({})).toEqual(own)
    expect(told({ assignee_id: ME, previous_assignee_id: OTHER })).toEqual(own)
  })
  test('is told of what others work on only when it may read all', () => {
    expect(told({ assignee_id: OTHER, previous_assignee_id: OTHER }, WORK)).toEqual(foreign)
  })
  test('is told when something leaves it or the common pool', () => {
    expect(told({ assignee_id: OTHER, previous_assignee_id: ME })).toEqual(own)
    expect(told({ assignee_id: OTHER, previous_assignee_id: null })).toEqual(own)
  })
  test('is not told of a new thing that was made for someone else', () => {
    const made = WORK.filter((kind) => isEntitled(viewer, row(kind, { type: `${kind}.created`, assignee_id: OTHER })))
    expect(made).toEqual(foreign)
  })
})

test('nobody is told of a kind the feed does not know', () => {
  expect(isEntitled({ permissions: permissionsOf('OWNER'), userId: ME }, row('secret'))).toBe(false)
})

test('an API key has nothing of its own, and what is nobody’s is no key’s either', () => {
  const key = { permissions: permissionsOf('OPERATOR'), userId: null }
  expect(isEntitled(key, row('booking'))).toBe(false)
  expect(isEntitled(key, row('client'))).toBe(true)
  expect(isEntitled(key, row('booking', { assignee_id: OTHER, previous_assignee_id: OTHER }))).toBe(false)
})

describe('who holds a link', () => {
  const holder = { permissions: new Set<Permission>(), userId: null, about: new Set([ME]) }

  test('is told of what the link is about and of nothing else, whatever it is', () => {
    for (const kind of KINDS) {
      expect(isEntitled(holder, row(kind, { entity_id: ME }))).toBe(true)
      expect(isEntitled(holder, row(kind, { entity_id: OTHER }))).toBe(false)
    }
  })

  test('is told no more for what its browser is signed in as', () => {
    const owner = { permissions: permissionsOf('OWNER'), userId: ME, about: new Set([ME]) }
    expect(isEntitled(owner, row('booking', { entity_id: OTHER }))).toBe(false)
  })

  test('hears of nobody’s presence', () => {
    const present = { type: 'presence', entity_type: 'task', assignee_id: null, previous_assignee_id: null }
    expect(isEntitled(holder, present)).toBe(false)
  })
})

import { callTRPCProcedure } from '@trpc/server'
import { sql } from 'kysely'
import { isPermission, PERMISSIONS, type Permission } from '#server/auth/permissions.ts'
import { permissionSet } from '#server/auth/sessions.ts'
import type { Actor } from '#server/context.ts'
import { invalid, notFound } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { appRouter } from '#server/trpc/router.ts'
import type { Preview, PreviewInput } from './preview.schema.ts'

/** What is counted: the procedures behind the lists of the screens. Reads only; anything else is refused before it is called. */
const LISTS = {
  'actionCenter.list': 'action_center.read',
  'inquiries.list': 'inquiries.read',
  'bookings.list': 'bookings.read',
  'clients.list': 'clients.read',
  'models.list': 'models.read',
  'payments.list': 'payments.read',
  'tasks.list': 'tasks.read',
  'exceptions.list': 'exceptions.read',
  'users.list': 'users.read',
  'audit.list': 'audit.read',
} as const satisfies Record<string, Permission>

/** Counted up to here: the preview is not a report. */
const MOST = 200
/** Nobody's id: what is assigned to someone is not theirs. */
const NOBODY = '00000000-0000-4000-8000-000000000000'

interface Subject extends Preview {
  actor: Actor
}
type Known = Pick<Subject, 'subject' | 'disabled' | 'actor'>

/**
 * What somebody with these permissions would see: the real lists, asked as they would ask, in a transaction that the database
 * keeps read-only. Of a user also what is assigned to them. Audited. Throws `not_found`, `invalid` for an unknown role.
 */
export async function showPreview(ctx: CallCtx, input: PreviewInput): Promise<Preview> {
  const { actor, subject, disabled } = await subjectOf(ctx, input)
  const held = actor.permissions
  const after = input.userId === undefined ? { roles: subject.roles, permissions: input.permissions } : {}
  await transact(ctx, async (tx) =>
    tx.audit({ action: 'access.previewed', entityType: 'user', entityId: input.userId ?? null, entityRef: subject.name, after }),
  )
  const lists = await ctx.db
    .transaction()
    .setAccessMode('read only')
    .execute(async (db) => {
      const found: Preview['lists'] = []
      for (const [list, needs] of Object.entries(LISTS)) {
        const allowed = held.has(needs) && !disabled
        found.push({ list, allowed, ...(allowed ? await ask({ ...ctx, db, actor, token: null, answer: {} }, list) : NOTHING) })
      }
      return found
    })
  return { subject, disabled, permissions: [...held].sort(), areas: areasOf(held), lists }
}

const NOTHING = { count: 0, more: false, sample: [] }

async function ask(ctx: CallCtx, path: string): Promise<Pick<Preview['lists'][number], 'count' | 'more' | 'sample'>> {
  const answer: unknown = await callTRPCProcedure({
    router: appRouter,
    path,
    ctx,
    // The router refuses a procedure that is not a query.
    type: 'query',
    getRawInput: async () => ({ limit: MOST }),
    signal: undefined,
    batchIndex: 0,
  })
  if (typeof answer !== 'object' || answer === null || !('items' in answer) || !Array.isArray(answer.items)) return NOTHING
  const more = 'nextCursor' in answer && answer.nextCursor !== null
  return { count: answer.items.length, more, sample: sampleOf(answer.items[0]) }
}

const LEFT_OUT = new Set(['id', 'version', 'updatedAt'])

/** The fields of a row that say something, in words. */
function sampleOf(row: unknown): { label: string; value: string }[] {
  if (typeof row !== 'object' || row === null) return []
  return Object.entries(row)
    .filter(([key]) => !LEFT_OUT.has(key) && !key.endsWith('Id'))
    .flatMap(([label, value]) => {
      const text = inWords(value)
      return text === undefined ? [] : [{ label, value: text }]
    })
    .slice(0, 8)
}

function inWords(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.slice(0, 120)
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if ('amount' in value && 'currency' in value) return `${(Number(value.amount) / 100).toFixed(2)} ${value.currency}`
  return 'name' in value ? inWords(value.name) : 'ref' in value ? inWords(value.ref) : undefined
}

function areasOf(held: ReadonlySet<Permission>): Preview['areas'] {
  const areas = new Map<string, Preview['areas'][number]>()
  for (const [code, text] of Object.entries(PERMISSIONS)) {
    const name = code.split('.')[0] ?? code
    const area = areas.get(name) ?? { area: name, may: [], mayNot: [] }
    areas.set(name, area)
    const list = isPermission(code) && held.has(code) ? area.may : area.mayNot
    list.push({ code, text })
  }
  return [...areas.values()]
}

async function subjectOf(ctx: CallCtx, input: PreviewInput): Promise<Known> {
  if (input.userId !== undefined) return userSubject(ctx, input.userId)
  if (input.roles === undefined) {
    return {
      subject: { kind: 'permissions', name: 'A set of permissions', roles: [] },
      disabled: false,
      actor: actorOf(NOBODY, 'Somebody', [], input.permissions ?? []),
    }
  }
  const rows = await ctx.db
    .selectFrom('roles as r')
    .leftJoin('role_permissions as p', 'p.role_code', 'r.code')
    .select(['r.code', 'r.name', 'p.permission_code'])
    .where('r.code', 'in', input.roles)
    .execute()
  const unknown = input.roles.find((code) => !rows.some((row) => row.code === code))
  if (unknown !== undefined) throw invalid('roles', `${unknown} is not a role`)
  const names = [...new Set(rows.map((row) => row.name))].sort()
  return {
    subject: { kind: 'roles', name: names.join(', '), roles: names },
    disabled: false,
    actor: actorOf(
      NOBODY,
      'Somebody',
      input.roles,
      rows.flatMap((row) => row.permission_code ?? []),
    ),
  }
}

async function userSubject(ctx: CallCtx, userId: string): Promise<Known> {
  const user = await ctx.db
    .selectFrom('users as u')
    .select(['u.id', 'u.name', 'u.disabled_at'])
    .select([
      sql<string[]>`coalesce((select array_agg(r.name order by r.name) from user_roles ur
        join roles r on r.code = ur.role_code where ur.user_id = u.id), '{}')`.as('roles'),
      sql<string[]>`coalesce((select array_agg(distinct p.permission_code) from user_roles ur
        join role_permissions p on p.role_code = ur.role_code where ur.user_id = u.id), '{}')`.as('permissions'),
    ])
    .where('u.id', '=', userId)
    .executeTakeFirst()
  if (!user) throw notFound('user')
  return {
    subject: { kind: 'user', name: user.name, roles: user.roles },
    disabled: user.disabled_at !== null,
    actor: actorOf(user.id, user.name, user.roles, user.permissions),
  }
}

function actorOf(id: string, name: string, roles: readonly string[], permissions: readonly string[]): Actor {
  return { kind: 'user', id, name, roles, permissions: permissionSet(permissions) }
}

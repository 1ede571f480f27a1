import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { ALL_PERMISSIONS, PERMISSIONS, SYSTEM_ROLES } from '#server/auth/permissions.ts'
import { LIFECYCLES } from '#server/lifecycle/all.ts'
import { UNDO } from '#server/lifecycle/undo.ts'

/** Settings an agency may change; minutes unless named otherwise. */
const SETTINGS = [
  { key: 'travel_km_per_hour', value: 20, description: 'How fast one gets from place to place, kilometres in an hour' },
  { key: 'deposit_hold_minutes', value: 1_440, description: 'How long a model’s time is held for an unpaid deposit' },
  { key: 'model_share_basis_points', value: 6_000, description: 'A model’s share of what her bookings earn; 6000 is 60 %' },
  {
    key: 'refund_second_person_minor',
    value: 50_000,
    description: 'Refunds decided by a person that come to more than this for one booking (minor units) need a second person',
  },
  { key: 'deposit_percent', value: 30, description: 'Percent of the price asked for as a deposit when nobody says otherwise' },
  { key: 'agency_zone', value: 'Europe/London', description: 'The zone in which the agency’s months begin and end' },
  {
    key: 'time_hold_minutes',
    value: 15,
    description: 'How long a model’s time is held for a client while a booking is being made',
  },
  { key: 'time_hold_most_minutes', value: 60, description: 'How far such a hold can be extended, from when it was placed' },
]

const SLA_POLICIES = [
  ...(['task', 'exception'] as const).flatMap((subject) => [
    { subject, type: 'default', priority: 'critical' as const, minutes: 30 },
    { subject, type: 'default', priority: 'high' as const, minutes: 60 },
    { subject, type: 'default', priority: 'low' as const, minutes: 1_440 },
  ]),
  { subject: 'task' as const, type: 'default', priority: 'normal' as const, minutes: 240 },
  { subject: 'exception' as const, type: 'default', priority: 'medium' as const, minutes: 240 },
  { subject: 'task' as const, type: 'review_inquiry', priority: 'critical' as const, minutes: 15 },
  { subject: 'task' as const, type: 'review_inquiry', priority: 'high' as const, minutes: 30 },
  { subject: 'task' as const, type: 'review_inquiry', priority: 'normal' as const, minutes: 60 },
  { subject: 'task' as const, type: 'review_inquiry', priority: 'low' as const, minutes: 240 },
]

/**
 * Writes what code defines and the database enforces or joins: the machines' states and transitions, permissions,
 * system roles, and defaults of settings and SLA policies (changed values are kept). Run by migrate; safe to repeat.
 */
export async function syncReferenceData(db: Db): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`lock table lifecycle_states, lifecycle_transitions in share row exclusive mode`.execute(trx)
    await trx.deleteFrom('lifecycle_states').execute()
    await trx.deleteFrom('lifecycle_transitions').execute()
    await trx
      .insertInto('lifecycle_states')
      .values(
        LIFECYCLES.flatMap((lifecycle) =>
          lifecycle.states.map((state) => ({
            machine: lifecycle.noun,
            status: state.name,
            is_initial: lifecycle.initial.includes(state.name),
            is_final: state.final,
          })),
        ),
      )
      .execute()
    await trx
      .insertInto('lifecycle_transitions')
      .values(
        LIFECYCLES.flatMap((lifecycle) =>
          [...lifecycle.edges, ...lifecycle.undoEdges].map((edge) => ({
            machine: lifecycle.noun,
            from_status: edge.from,
            to_status: edge.to,
            event: edge.event,
            kind: edge.event === UNDO ? ('undo' as const) : ('step' as const),
          })),
        ),
      )
      .execute()
    await trx
      .insertInto('permissions')
      .values(ALL_PERMISSIONS.map((code) => ({ code, description: PERMISSIONS[code] })))
      .onConflict((oc) => oc.column('code').doUpdateSet((eb) => ({ description: eb.ref('excluded.description') })))
      .execute()
    await trx.deleteFrom('permissions').where('code', 'not in', ALL_PERMISSIONS).execute()
    for (const role of SYSTEM_ROLES) {
      await trx
        .insertInto('roles')
        .values({ code: role.code, name: role.name, description: role.description, is_system: true })
        .onConflict((oc) => oc.column('code').doUpdateSet({ name: role.name, description: role.description, is_system: true }))
        .execute()
      await trx.deleteFrom('role_permissions').where('role_code', '=', role.code).execute()
      await trx
        .insertInto('role_permissions')
        .values([...new Set(role.permissions)].map((code) => ({ role_code: role.code, permission_code: code })))
        .execute()
    }
    await trx
      .insertInto('settings')
      .values(SETTINGS.map((setting) => ({ ...setting, value: JSON.stringify(setting.value) })))
      .onConflict((oc) => oc.column('key').doNothing())
      .execute()
    await trx
      .insertInto('sla_policies')
      .values(SLA_POLICIES)
      .onConflict((oc) => oc.columns(['subject', 'type', 'priority']).doNothing())
      .execute()
  })
}

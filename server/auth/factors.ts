import type { Db } from '#db/client.ts'
import type { Factor } from '#db/tables/index.ts'
import type { Permission } from './permissions.ts'

/** Whether two factors are asked for from those who could do the most harm. See requireSecondFactor in env.ts. */
export interface FactorPolicy {
  requireSecondFactor: boolean
}

const ROLES: readonly string[] = ['OWNER', 'OPS_MANAGER', 'FINANCE', 'INTEGRATIONS_ADMIN']
/** Roles people make themselves count by what is in them. */
const POWERS: readonly Permission[] = ['users.write', 'users.grant', 'users.grant_any', 'payments.refund', 'api_keys.manage']

/** Whether someone with these roles and permissions has to show two factors. */
export function needsTwoFactors(policy: FactorPolicy, roles: readonly string[], permissions: readonly string[]): boolean {
  if (!policy.requireSecondFactor) return false
  return roles.some((role) => ROLES.includes(role)) || POWERS.some((power) => permissions.includes(power))
}

/** Factors are AND: something known and something held. A passkey that has verified its user is both by itself. */
export function provesTwoFactors(factors: readonly Factor[]): boolean {
  if (factors.includes('passkey')) return true
  return factors.includes('password') && (factors.includes('totp') || factors.includes('recovery_code'))
}

export interface Enrolled {
  /** Time-based codes, confirmed by one. */
  totp: boolean
  passkey: boolean
  recoveryCodesLeft: number
}

/** What someone could show besides the password. */
export async function enrolledFactors(db: Db, userId: string): Promise<Enrolled> {
  const row = await db
    .selectFrom('users as u')
    .leftJoin('second_factors as f', 'f.user_id', 'u.id')
    .select('f.confirmed_at')
    .select((eb) =>
      eb
        .selectFrom('recovery_codes as r')
        .select((e) => e.fn.countAll<number>().as('n'))
        .whereRef('r.user_id', '=', 'u.id')
        .where('r.used_at', 'is', null)
        .as('left'),
    )
    .select((eb) => eb.exists(eb.selectFrom('passkeys as p').select('p.id').whereRef('p.user_id', '=', 'u.id')).as('passkey'))
    .where('u.id', '=', userId)
    .executeTakeFirst()
  return { totp: row?.confirmed_at != null, passkey: Boolean(row?.passkey), recoveryCodesLeft: row?.left ?? 0 }
}

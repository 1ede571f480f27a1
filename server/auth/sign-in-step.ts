import type { CallCtx } from '#server/trpc/init.ts'
import type { SecretPlace } from './secret-box.ts'
import { hashOf } from './sessions.ts'

/** Time to take the phone out and type a code. */
export const STEP_MINUTES = 5

const PLACE: SecretPlace = { table: 'cookie', column: 'sign_in', row: 'step' }

interface Step {
  userId: string
  /** Of the hash of the password that was right: a changed one ends the step. */
  password: string
  /** In ms. */
  until: number
}

/**
 * A password was right and a second factor is to follow: sealed for a cookie that scripts can't read, so neither the password
 * nor anything that stands for it is in the page. It opens nothing by itself.
 */
export function sealStep(ctx: Pick<CallCtx, 'secrets' | 'clock'>, userId: string, passwordHash: string): string {
  const step: Step = { userId, password: hashOf(passwordHash), until: ctx.clock.now().getTime() + STEP_MINUTES * 60_000 }
  return ctx.secrets.seal(PLACE, JSON.stringify(step))
}

export interface OpenStep {
  userId: string
  email: string
  name: string
}

/** Whose password this browser has shown within the last minutes; undefined when it has not, or it no longer counts. */
export async function openStep(ctx: CallCtx): Promise<OpenStep | undefined> {
  const step = unseal(ctx)
  if (!step || step.until < ctx.clock.now().getTime()) return undefined
  const user = await ctx.db
    .selectFrom('users')
    .select(['id', 'email', 'name', 'password_hash'])
    .where('id', '=', step.userId)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (!user || hashOf(user.password_hash) !== step.password) return undefined
  return { userId: user.id, email: user.email, name: user.name }
}

function unseal(ctx: CallCtx): Step | undefined {
  const { step } = ctx.browser
  if (step === null || step.length > 1_000) return undefined
  try {
    return JSON.parse(ctx.secrets.open(PLACE, step)) as Step
  } catch {
    // Altered, or sealed with a key that is gone: as if there were none.
    return undefined
  }
}

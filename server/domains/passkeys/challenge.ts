import type { PasskeyChallengesTable } from '#db/tables/index.ts'
import type { Ctx } from '#server/context.ts'

type Purpose = PasskeyChallengesTable['purpose']

/** Long enough to find a phone and unlock it. */
const MINUTES = 5

/** Whose keys these are and where they may be used: from the settings, never from what a request says about itself. */
export function relyingParty(ctx: Pick<Ctx, 'appUrl'>): { name: string; id: string; origin: string } {
  const url = new URL(ctx.appUrl)
  return { name: 'Virel', id: url.hostname, origin: url.origin }
}

/** A user as passkeys know them: the bytes of their id. */
export function userHandleOf(userId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(userId.replaceAll('-', ''), 'hex'))
}

/** Keeps a challenge that was just made, and answers its id. */
export async function keepChallenge(ctx: Ctx, purpose: Purpose, userId: string | null, challenge: string): Promise<string> {
  const id = ctx.ids.next()
  const expires_at = new Date(ctx.clock.now().getTime() + MINUTES * 60_000)
  await ctx.db.insertInto('passkey_challenges').values({ id, purpose, user_id: userId, challenge, expires_at }).execute()
  return id
}

/** Takes a challenge out: it answers once, in time, for what and whom it was made. The statement that reads it removes it. */
export async function takeChallenge(ctx: Ctx, id: string, purpose: Purpose, userId: string | null): Promise<string | undefined> {
  const row = await ctx.db
    .deleteFrom('passkey_challenges')
    .where('id', '=', id)
    .where('purpose', '=', purpose)
    .where('user_id', userId === null ? 'is' : '=', userId)
    .where('expires_at', '>', ctx.clock.now())
    .returning('challenge')
    .executeTakeFirst()
  return row?.challenge
}

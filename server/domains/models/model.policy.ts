import { sql } from 'kysely'
import { type Ctx, may } from '#server/context.ts'
import { AppError } from '#server/errors.ts'

/** Which models (alias `m`) may be read: all that are not deleted, for who may read models at all. */
export function readableModels(ctx: Pick<Ctx, 'actor'>) {
  return may(ctx, 'models.read') ? sql<boolean>`m.deleted_at is null` : sql<boolean>`false`
}

/** Ratings, notes and addresses are the agency's own: not for content managers and partners. */
export function mayReadInternal(ctx: Pick<Ctx, 'actor'>): boolean {
  return may(ctx, 'models.read_internal')
}

/** Who can't see them can't set or sort by them either. */
export function requireInternal(ctx: Pick<Ctx, 'actor'>): void {
  if (!mayReadInternal(ctx)) {
    throw new AppError('forbidden', 'Your role does not include internal ratings, notes and addresses of models.')
  }
}

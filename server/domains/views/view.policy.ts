import { sql } from 'kysely'
import type { Permission } from '#server/auth/permissions.ts'
import { type Ctx, may } from '#server/context.ts'
import type { VIEW_SCREENS } from './view.schema.ts'

/** Who may open the screen of a view. */
const NEEDS: Record<(typeof VIEW_SCREENS)[number], Permission | null> = {
  'action-center': 'action_center.read',
  inquiries: 'inquiries.read',
  bookings: 'bookings.read',
  clients: 'clients.read',
  models: 'models.read',
  payments: 'payments.read',
  tasks: 'tasks.read',
  exceptions: 'exceptions.read',
  search: null,
}

/**
 * Which views (alias `v`) this actor may see: their own, and those shared of screens they may open. What others typed
 * to search for may name a client, so it is for who may read free text.
 */
export function visibleViews(ctx: Pick<Ctx, 'actor'>) {
  const screens = Object.entries(NEEDS).flatMap(([screen, needs]) => (needs === null || may(ctx, needs) ? [screen] : []))
  const mayReadText = may(ctx, 'pii.read') || may(ctx, 'pii.read_own')
  return sql<boolean>`(v.owner_id = ${ctx.actor.id}::uuid or (v.is_shared and v.screen = any(${screens}::text[])
    and (${mayReadText}::boolean or v.query !~ '(^|&)q=')))`
}

/** Their own; shared ones of others by who may share. */
export function mayChangeView(ctx: Pick<Ctx, 'actor'>, view: { owner_id: string; is_shared: boolean }): boolean {
  return view.owner_id === ctx.actor.id || (view.is_shared && may(ctx, 'views.share'))
}

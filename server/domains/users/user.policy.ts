import { type Ctx, may } from '#server/context.ts'
import { AppError } from '#server/errors.ts'

export const OWNER = 'OWNER'
/** Whom a manager may invite, edit and disable. Source: the roles table of the product description. */
const MANAGED_ROLES: readonly string[] = ['OPERATOR', 'CONTENT_MANAGER', 'READ_ONLY']

/** Throws `forbidden` unless this actor may manage someone with exactly these roles, before and after the change. */
export function requireManageable(ctx: Pick<Ctx, 'actor'>, ...roleSets: (readonly string[])[]): void {
  if (may(ctx, 'users.grant_any')) return
  const beyond = roleSets.flat().find((role) => !MANAGED_ROLES.includes(role))
  if (beyond !== undefined) {
    throw new AppError(
      'forbidden',
      `Your role may manage operators, content managers and read-only users. ${beyond} is not among them.`,
    )
  }
}

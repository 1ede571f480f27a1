import { entityPath } from '../paths.ts'
import { words } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'

/** What something is about, as a link where it has a page. */
export function EntityRef({ entity }: { entity: { type: string; id: string; ref: string | null } }) {
  const to = entityPath(entity.type, entity.id)
  const text = entity.ref ?? words(entity.type)
  return to ? (
    <TextLink to={to}>{text}</TextLink>
  ) : (
    <span>
      {words(entity.type)} {entity.ref}
    </span>
  )
}

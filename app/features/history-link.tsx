import { useRouteLoaderData } from '@remix-run/react'
import { paths } from '../paths.ts'
import type { loader } from '../routes/admin/route.tsx'
import { TextLink } from '../ui/button.tsx'

/** Kinds whose state at any moment can be shown. */
const WITH_PAST = ['booking', 'inquiry', 'client', 'model', 'task', 'exception']

function useMayReadAudit(): boolean {
  return useRouteLoaderData<typeof loader>('routes/admin')?.user.permissions.includes('audit.read') ?? false
}

/** To everything that was done to a thing, and to how it was at any moment; nothing for who may not read the log. */
export function HistoryLink({ type, id }: { type: string; id: string }) {
  if (!useMayReadAudit()) return null
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      <TextLink to={paths.audit({ entityType: type, entityId: id })}>Whole history</TextLink>
      {WITH_PAST.includes(type) ? <TextLink to={paths.asOf(type, id)}>How it was at…</TextLink> : null}
      {type === 'user' ? <TextLink to={paths.audit({ actorId: id })}>Everything they did</TextLink> : null}
    </p>
  )
}

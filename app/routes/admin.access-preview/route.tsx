import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { areaOf } from '../../features/areas.ts'
import { NAV } from '../../features/nav.ts'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { Badge, words } from '../../ui/badge.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Card, Split } from '../../ui/card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Preview of access · Virel' }]
export const handle = { crumbs: () => [{ label: 'Roles', to: paths.roles() }, { label: 'Preview' }] }

export const loader = screen(async ({ api, url }) => {
  const query = listQuery<Parameters<typeof api.accessPreview.show>[0]>(url, ['userId', 'roles', 'permissions'])
  // A form with nothing ticked sends nothing: an empty set is previewed too.
  const asked = Object.keys(query).length > 0 ? query : { permissions: [] }
  return { preview: await api.accessPreview.show(asked) }
})

const LISTS: Record<string, string> = {
  'actionCenter.list': 'Action Center',
  'audit.list': 'Audit',
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

function headingOf({ kind, name }: { kind: string; name: string }): string {
  return kind === 'permissions' ? 'What somebody with this set sees' : `What ${name} sees`
}

export default function AccessPreview() {
  const { preview } = useLoaderData<typeof loader>()
  const { subject, permissions, areas, lists, disabled } = preview
  const groups = NAV.map((group) => ({
    label: group.label,
    items: group.items.filter((item) => !item.needs || permissions.includes(item.needs)),
  })).filter((group) => group.items.length > 0)
  return (
    <>
      <PageHeader
        title={headingOf(subject)}
        badges={<Badge tone="info">Preview, nothing is changed</Badge>}
        description={
          subject.kind === 'user'
            ? `With the roles ${subject.roles.join(', ') || 'none'}. The lists are the real ones, asked as this person; that you looked is audited.`
            : 'The lists are the real ones, asked as somebody new with these permissions; that you looked is audited.'
        }
      />
      {disabled ? (
        <Callout tone="warn" title="This person is disabled" className="mb-3">
          They can not sign in, so they see nothing. Below is what their roles would let them do.
        </Callout>
      ) : null}
      <Split
        main={
          <>
            <Card title="Lists" note="How many rows they would find, and the first one as they would see it." flush>
              <table className="table table-cards">
                <caption className="sr-only">Lists they would see</caption>
                <thead>
                  <tr>
                    <th scope="col">List</th>
                    <th scope="col">Rows</th>
                    <th scope="col">First row</th>
                  </tr>
                </thead>
                <tbody>
                  {lists.map((list) => (
                    <tr key={list.list}>
                      <td data-label="List" data-lead="">
                        {LISTS[list.list] ?? areaOf(list.list)}
                      </td>
                      <td data-label="Rows">
                        {list.allowed ? (
                          <span className="whitespace-nowrap">{list.more ? `${list.count} and more` : list.count}</span>
                        ) : (
                          <span className="text-muted">Not shown</span>
                        )}
                      </td>
                      <td data-label="First row" className="wrap" data-empty={list.sample.length === 0 ? '' : undefined}>
                        <span className="text-xs">
                          {list.sample.map((field, at) => (
                            <span key={field.label}>
                              {at > 0 ? ' · ' : ''}
                              <span className="text-muted">{words(field.label)}: </span>
                              {ISO.test(field.value) ? <TimeText at={field.value} /> : field.value}
                            </span>
                          ))}
                        </span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Card>
            <Card title="What they may do">
              <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
                {areas.map(({ area, may, mayNot }) => (
                  <div key={area} className="text-sm">
                    <h3 className="mb-1 text-xs font-medium">{areaOf(area)}</h3>
                    <ul className="flex flex-col gap-0.5">
                      {may.map((one) => (
                        <li key={one.code}>
                          <span className="font-semibold text-good-ink" aria-hidden="true">
                            ✓
                          </span>
                          <span className="sr-only">may:</span> {one.text}
                        </li>
                      ))}
                      {mayNot.map((one) => (
                        <li key={one.code} className="text-muted">
                          <span aria-hidden="true">–</span>
                          <span className="sr-only">may not:</span> {one.text}
                        </li>
                      ))}
                    </ul>
                  </div>
                ))}
              </div>
            </Card>
          </>
        }
        side={
          <Card title="Navigation">
            <div className="flex flex-col gap-3">
              {groups.map((group) => (
                <div key={group.label}>
                  <p className="pb-1 text-xs font-medium text-muted">{group.label}</p>
                  <ul className="flex flex-col gap-1 text-sm">
                    {group.items.map(({ label, icon: Icon }) => (
                      <li key={label} className="flex items-center gap-2">
                        <Icon aria-hidden="true" className="size-4 opacity-80" strokeWidth={1.75} />
                        {label}
                      </li>
                    ))}
                  </ul>
                </div>
              ))}
            </div>
          </Card>
        }
      />
    </>
  )
}

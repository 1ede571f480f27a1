import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { refOf } from '../../features/handle.ts'
import { SignInHistory } from '../../features/sign-in-history.tsx'
import { paths } from '../../paths.ts'
import { idParam, listQuery, screen } from '../../screen.server.ts'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `Sign-ins of ${data?.user.name ?? 'a user'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Users', to: paths.users.list() }, { label: refOf(data, 'user') }, { label: 'Sign-ins' }],
}

export const loader = screen(async ({ api, url, params }) => {
  const id = idParam(params)
  const query = listQuery<Omit<Parameters<typeof api.users.signIns>[0], 'id'>>(url, ['result', 'newDevice'])
  const [user, page] = await Promise.all([api.users.get({ id }), api.users.signIns({ ...query, id })])
  return { user: { id: user.id, name: user.name }, page, sort: query.sort ?? '-at' }
})

export default function SignInsOfUser() {
  const { user, page, sort } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader title={`Sign-ins of ${user.name}`} description="Who signed in as them, or tried to." />
      <SignInHistory page={page} sort={sort} />
    </>
  )
}

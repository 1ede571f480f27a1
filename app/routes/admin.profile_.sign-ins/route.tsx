import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ProfileTabs } from '../../features/profile-tabs.tsx'
import { SignInHistory } from '../../features/sign-in-history.tsx'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Sign-ins · Virel' }]
export const handle = { crumbs: () => [{ label: 'Profile', to: paths.profile() }, { label: 'Sign-ins' }] }

export const loader = screen(async ({ api, url }) => {
  const query = listQuery<Parameters<typeof api.auth.signIns>[0]>(url, ['result', 'newDevice'])
  return { page: await api.auth.signIns(query), sort: query.sort ?? '-at' }
})

export default function OwnSignIns() {
  const { page, sort } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader title="Sign-ins" description="Who signed in as you, or tried to. What you do not know: change your password." />
      <ProfileTabs current="sign-ins" />
      <SignInHistory page={page} sort={sort} />
    </>
  )
}

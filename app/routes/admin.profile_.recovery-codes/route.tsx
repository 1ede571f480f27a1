import type { MetaFunction } from '@remix-run/node'
import { redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { clearCodes, readCodes } from '../../kept-codes.server.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Recovery codes · Virel' }]
export const handle = {
  crumbs: () => [
    { label: 'Profile', to: paths.profile() },
    { label: 'Security', to: paths.security() },
    { label: 'Recovery codes' },
  ],
}

export const loader = screen(async ({ request, context, user }) => {
  if (!user) throw redirect(paths.signIn(paths.security()))
  const codes = readCodes(request, context)
  // They were here once; now there is nothing to show.
  if (codes.length === 0) throw redirect(paths.security())
  return { codes }
})

export const action = actions({
  kept: async (_form, { context }) => ({
    to: paths.security(),
    say: 'Good. The codes are not shown again.',
    cookies: [clearCodes(context.isSecure)],
  }),
})

export default function RecoveryCodes() {
  const { codes } = useLoaderData<typeof loader>()
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader
        title="Your recovery codes"
        description="Each signs you in once in the place of a code, when your phone is lost or broken. Print them, or keep them in a password manager; they are shown only now."
      />
      <Card>
        <ul aria-label="Recovery codes" className="mb-4 grid gap-x-8 gap-y-1.5 font-mono text-base sm:grid-cols-2">
          {codes.map((code) => (
            <li key={code} className="select-all">
              {code}
            </li>
          ))}
        </ul>
        <ActionForm intent="kept">
          <Submit>I have kept them</Submit>
        </ActionForm>
      </Card>
    </div>
  )
}

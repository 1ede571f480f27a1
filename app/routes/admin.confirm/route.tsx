import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { OneTimeCode } from '../../features/one-time-code.tsx'
import { PasskeyConfirm } from '../../features/passkey-button.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { localPath } from '../../safe-redirect.ts'
import { actions, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Confirm that it is you · Virel' }]
export const handle = { crumbs: () => [{ label: 'Confirm that it is you' }] }

export const loader = screen(async ({ api, url, user }) => {
  const { totpSince, hasPasskey } = await api.auth.security({})
  return {
    returnTo: localPath(url.searchParams.get('returnTo')),
    asksCode: totpSince !== null,
    hasPasskey,
    email: user?.email ?? '',
  }
})

export const action = actions({
  confirm: async (form, { api }) => {
    const password = form.text('password')
    if (password === '') form.refuse('password', 'Type your password.')
    form.check()
    await api.auth.confirm({ password, totp: form.optional('code') })
    return { to: localPath(form.text('returnTo')), say: 'Thank you. For the next 15 minutes you will not be asked again.' }
  },
})

export default function Confirm() {
  const { returnTo, asksCode, hasPasskey, email } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <div className="mx-auto max-w-md">
      <PageHeader
        title="Confirm that it is you"
        description="What you are about to do asks for a sign-in of the last 15 minutes, so that nobody can do it on a screen you left open."
      />
      <Card>
        <ActionForm intent="confirm" refused={refused} carry={{ returnTo }} className="flex flex-col gap-3" replace>
          <FormProblem own={['password', 'code', 'totp']} />
          <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
          <Field name="password" label="Password" required>
            <Input type="password" autoComplete="current-password" maxLength={200} autoFocus />
          </Field>
          {asksCode ? <OneTimeCode /> : null}
          <div className="flex flex-wrap gap-2">
            <Submit busy="Checking…">Confirm</Submit>
            <LinkButton to={returnTo} tone="quiet">
              Not now
            </LinkButton>
          </div>
        </ActionForm>
        {hasPasskey ? (
          <div className="mt-3 border-t border-line pt-3">
            <PasskeyConfirm returnTo={returnTo} />
          </div>
        ) : null}
      </Card>
    </div>
  )
}

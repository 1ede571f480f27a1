import type { MetaFunction } from '@remix-run/node'
import { redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { OneTimeCode } from '../../features/one-time-code.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { codesCookie } from '../../kept-codes.server.ts'
import { paths } from '../../paths.ts'
import { problemFrom } from '../../problem.server.ts'
import { qrCode } from '../../qr.server.ts'
import { actions, screen } from '../../screen.server.ts'
import { TextLink } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Set up a second factor · Virel' }]
export const handle = {
  crumbs: () => [
    { label: 'Profile', to: paths.profile() },
    { label: 'Security', to: paths.security() },
    { label: 'Authenticator app' },
  ],
}

export const loader = screen(async ({ api }) => {
  const { totpSince, mustEnrol } = await api.auth.security({})
  if (totpSince !== null && !mustEnrol) throw redirect(paths.security())
  try {
    const { secret, uri } = await api.auth.totpSetup({})
    return { mustEnrol, setup: { secret: (secret.match(/.{1,4}/g) ?? []).join(' '), image: await qrCode(uri) } }
  } catch (error) {
    if (problemFrom(error)?.code === 'not_found') return { mustEnrol, setup: null }
    throw error
  }
})

export const action = actions({
  start: async (_form, { api }) => {
    await api.auth.startTotp({})
    return { to: paths.secondFactor() }
  },
  confirm: async (form, { api, context }) => {
    const code = form.requiredText('code', 'Type the six digits.')
    form.check()
    const { recoveryCodes } = await api.auth.confirmTotp({ code })
    return {
      to: paths.recoveryCodes(),
      say: 'The second factor is on. From now on signing in asks for a code.',
      cookies: [codesCookie(context, recoveryCodes)],
    }
  },
})

export default function SecondFactorSetup() {
  const { mustEnrol, setup } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader
        title="Set up a second factor"
        description="An app on your phone shows a new code every half minute. With it, a password somebody found out is of no use."
      />
      {mustEnrol ? (
        <Callout tone="info" title="Your role asks for a second factor" className="mb-4">
          Set it up now: it takes a minute. Everything else opens when you are done. A{' '}
          <TextLink to={paths.passkeys()} className="underline">
            passkey
          </TextLink>{' '}
          counts too.
        </Callout>
      ) : null}
      {setup ? (
        <SetupSteps setup={setup} refused={refused} />
      ) : (
        <Card>
          <p className="mb-3 text-sm">
            You need an authenticator app, such as Aegis, Google Authenticator, 1Password or the passwords app of your phone.
          </p>
          <ActionForm intent="start" refused={refused}>
            <FormProblem className="mb-2" />
            <Submit busy="Starting…">Show the code to scan</Submit>
          </ActionForm>
        </Card>
      )}
    </div>
  )
}

function SetupSteps({ setup, refused }: { setup: { secret: string; image: string }; refused: ReturnType<typeof useRefused> }) {
  return (
    <Card>
      <ol className="flex flex-col gap-5">
        <li>
          <h2 className="mb-2 font-semibold">1. Scan this with your authenticator app</h2>
          <div className="flex flex-wrap items-start gap-4">
            <img src={setup.image} alt="QR code of the key below" width="176" height="176" className="rounded-md bg-white" />
            <div className="min-w-0 flex-1 basis-56 text-sm">
              <p className="text-muted">No camera at hand? Type this key into the app instead, as “time-based”:</p>
              <p className="mt-1 font-mono text-base break-words select-all" data-testid="totp-key">
                {setup.secret}
              </p>
              <ActionForm intent="start" className="mt-3">
                <Submit tone="quiet" small>
                  Make another key
                </Submit>
              </ActionForm>
            </div>
          </div>
        </li>
        <li>
          <h2 className="mb-2 font-semibold">2. Type the code it shows</h2>
          <ActionForm intent="confirm" refused={refused} className="flex max-w-xs flex-col gap-3">
            <FormProblem own={['code']} />
            <OneTimeCode appOnly autoFocus />
            <Submit className="self-start" busy="Checking…">
              Turn it on
            </Submit>
          </ActionForm>
        </li>
      </ol>
    </Card>
  )
}

import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { KeyBounds } from '../../features/key-fields.tsx'
import { readKeyBounds } from '../../features/key-form.server.ts'
import { KeyStatus } from '../../features/key-status.tsx'
import { KeyTold } from '../../features/key-told.tsx'
import { byArea } from '../../features/permission-areas.ts'
import { useRefused, useTold } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { TextLink } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Card, KeyValues, Split } from '../../ui/card.tsx'
import { ActionForm, Field, FormProblem, Input, Select, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ConfirmDialog, Step } from '../../ui/step.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.apiKey.name ?? 'API key'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'API keys', to: paths.apiKeys.list() }, { label: nameOf(data) }],
}

function nameOf(data: unknown): string {
  const { apiKey } = (data ?? {}) as { apiKey?: { name: string } }
  return apiKey?.name ?? 'Key'
}

export const loader = screen(async ({ api, params, may }) => {
  const [apiKey, { items }] = await Promise.all([api.apiKeys.get({ id: idParam(params) }), api.apiKeys.permissions({})])
  const given = items.filter(({ code }) => apiKey.permissions.includes(code))
  return { apiKey, areas: byArea(given), seesAudit: may('audit.read'), seesUsers: may('users.read') }
})

export const action = actions({
  rotate: async (form, { api, params }) => {
    const overlapHours = form.whole('overlapHours') ?? 0
    form.check()
    const made = await api.apiKeys.rotate({ id: idParam(params), overlapHours })
    const note = overlapHours > 0 ? `The old secret works for ${overlapHours} more h.` : 'The old secret has stopped working.'
    return { told: { key: made.key, name: made.name, id: made.id, note } }
  },
  revoke: async (_form, { api, params }) => {
    const apiKey = await api.apiKeys.revoke({ id: idParam(params) })
    return { to: paths.apiKeys.detail(apiKey.id), say: `“${apiKey.name}” no longer works.` }
  },
  update: async (form, { api, params }) => {
    const { requestsPerMinute, allowedAddresses } = readKeyBounds(form)
    form.check()
    const bounds = { requestsPerMinute: requestsPerMinute ?? null, allowedAddresses }
    const apiKey = await api.apiKeys.update({ id: idParam(params), name: form.text('name'), ...bounds })
    return { to: paths.apiKeys.detail(apiKey.id), say: `Saved: “${apiKey.name}”.` }
  },
})

const OVERLAPS = [0, 1, 4, 12, 24].map((hours) => ({
  value: String(hours),
  label: hours === 0 ? 'Ends at once' : `Works ${hours} h more`,
}))

export default function ApiKeyPage() {
  const { apiKey, areas, seesAudit, seesUsers } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const told = useTold()
  const active = apiKey.status === 'active'
  const by = (person: { id: string; name: string }) =>
    seesUsers ? <TextLink to={paths.users.detail(person.id)}>{person.name}</TextLink> : person.name
  return (
    <>
      <PageHeader
        title={apiKey.name}
        badges={<KeyStatus apiKey={apiKey} />}
        description={<code>vk_{apiKey.prefix}_…</code>}
        actions={seesAudit ? <TextLink to={paths.audit({ entityId: apiKey.id })}>Its history</TextLink> : undefined}
      />
      {told ? (
        <div className="mb-4">
          <KeyTold secret={told.key ?? ''} name={told.name ?? ''} to={paths.apiKeys.detail(apiKey.id)} note={told.note} />
        </div>
      ) : null}
      {apiKey.responsible?.disabled && active ? (
        <Callout tone="bad" title="This key has stopped." className="mb-4">
          {apiKey.responsible.name}, who answers for it, is disabled. Whoever rotates it answers for it from then on; with an
          overlap the secret in use works again.
        </Callout>
      ) : null}
      <Split
        main={
          <>
            <Card title="What it may do">
              <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
                {areas.map(({ area, permissions }) => (
                  <section key={area}>
                    <h3 className="mb-1 text-xs font-medium">{area}</h3>
                    <ul className="flex flex-col gap-0.5 text-sm">
                      {permissions.map(({ code, description }) => (
                        <li key={code} className={apiKey.suspended.includes(code) ? 'text-muted line-through' : ''}>
                          {description}
                        </li>
                      ))}
                    </ul>
                  </section>
                ))}
              </div>
              {apiKey.suspended.length > 0 ? (
                <p className="mt-3 text-sm text-muted">
                  Struck through: {apiKey.responsible?.name} can not do this now, and so the key neither.
                </p>
              ) : null}
            </Card>
            {active ? (
              <Card title="Limits">
                <ActionForm intent="update" refused={refused} className="flex flex-col gap-3">
                  <FormProblem own={['name', 'requestsPerMinute', 'allowedAddresses']} />
                  <Field name="name" label="Name" required>
                    <Input maxLength={120} defaultValue={apiKey.name} />
                  </Field>
                  <KeyBounds requestsPerMinute={apiKey.requestsPerMinute} allowedAddresses={apiKey.allowedAddresses} />
                  <Submit tone="secondary" className="self-start">
                    Save
                  </Submit>
                </ActionForm>
              </Card>
            ) : null}
          </>
        }
        side={
          <>
            <Card title="About">
              <KeyValues
                items={[
                  ['Answers for it', apiKey.responsible ? by(apiKey.responsible) : 'Nobody'],
                  ['Made', <TimeText key="made" at={apiKey.createdAt} />],
                  apiKey.createdBy !== null && ['Made by', by(apiKey.createdBy)],
                  apiKey.rotatedAt !== null && ['Rotated', <TimeText key="rotated" at={apiKey.rotatedAt} />],
                  apiKey.previousValidUntil !== null && [
                    'Old secret',
                    <span key="old">
                      works until <TimeText at={apiKey.previousValidUntil} />
                    </span>,
                  ],
                  ['Last used', apiKey.lastUsedAt ? <TimeText key="used" at={apiKey.lastUsedAt} /> : 'Never'],
                  ['Expires', apiKey.expiresAt ? <TimeText key="ends" at={apiKey.expiresAt} /> : 'Never'],
                  apiKey.revokedAt !== null && ['Revoked', <TimeText key="revoked" at={apiKey.revokedAt} />],
                  apiKey.revokedBy !== null && ['Revoked by', by(apiKey.revokedBy)],
                ]}
              />
            </Card>
            {active ? (
              <Card title="Secret">
                <div className="flex flex-col gap-3">
                  <Step label="Rotate" open={refused?.intent === 'rotate'}>
                    <ActionForm intent="rotate" refused={refused} className="flex flex-col gap-2">
                      <FormProblem own={['overlapHours']} />
                      <Field name="overlapHours" label="The old secret" hint="You answer for the key from then on.">
                        <Select options={OVERLAPS} defaultValue="24" />
                      </Field>
                      <Submit small className="self-start" busy="Rotating…">
                        Make a new secret
                      </Submit>
                    </ActionForm>
                  </Step>
                  <ConfirmDialog
                    label="Revoke"
                    question="It stops at once and for good, with any secret it has."
                    open={refused?.intent === 'revoke'}
                  >
                    <ActionForm intent="revoke" refused={refused}>
                      <FormProblem className="mb-2" />
                      <Submit tone="danger" small>
                        Yes, revoke it
                      </Submit>
                    </ActionForm>
                  </ConfirmDialog>
                </div>
              </Card>
            ) : null}
          </>
        }
      />
    </>
  )
}

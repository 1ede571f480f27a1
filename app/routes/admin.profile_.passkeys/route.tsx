import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { AddPasskey } from '../../features/add-passkey.tsx'
import { FreshNote } from '../../features/fresh-note.tsx'
import { ProfileTabs } from '../../features/profile-tabs.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { type Made, passkeyAnswer } from '../../passkey-form.server.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card, Split } from '../../ui/card.tsx'
import { ActionForm, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { ConfirmDialog, Step } from '../../ui/step.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Passkeys · Virel' }]
export const handle = { crumbs: () => [{ label: 'Profile', to: paths.profile() }, { label: 'Passkeys' }] }

export const loader = screen(async ({ api }) => ({ passkeys: (await api.passkeys.list({})).items }))

export const action = actions({
  add: async (form, { api }) => {
    const name = form.requiredText('name', 'Give it a name you will know it by.')
    form.check()
    await api.passkeys.add({ ...passkeyAnswer<Made>(form), name })
    return { to: paths.passkeys(), say: `“${name}” signs you in from now on.` }
  },
  rename: async (form, { api }) => {
    await api.passkeys.rename({ id: form.text('id'), name: form.text('name') })
    return { to: paths.passkeys(), say: 'The passkey has its new name.' }
  },
  remove: async (form, { api }) => {
    await api.passkeys.remove({ id: form.text('id') })
    return { to: paths.passkeys(), say: 'The passkey is removed: it signs nobody in any more.' }
  },
})

export default function Passkeys() {
  const { passkeys } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <>
      <PageHeader
        title="Passkeys"
        description="A passkey signs you in by unlocking your device: nothing to type, nothing to steal. It stands for password and code."
      />
      <ProfileTabs current="passkeys" />
      <FreshNote>Adding and removing passkeys</FreshNote>
      <Split
        main={
          <Card title="Your passkeys">
            {passkeys.length === 0 ? (
              <EmptyState title="No passkey yet">Add one for each device you work on.</EmptyState>
            ) : (
              <ul className="flex flex-col divide-y divide-line">
                {passkeys.map((passkey) => (
                  <li
                    key={passkey.id}
                    className="flex flex-wrap items-start justify-between gap-2 py-2 text-sm first:pt-0 last:pb-0"
                  >
                    <div className="min-w-0">
                      <p className="flex flex-wrap items-center gap-2 font-medium">
                        <span className="wrap-anywhere">{passkey.name}</span>
                        {passkey.backedUp ? <Badge tone="info">Follows you to other devices</Badge> : null}
                      </p>
                      <p className="text-xs text-muted">
                        Since <TimeText at={passkey.createdAt} form="date" /> ·{' '}
                        {passkey.lastUsedAt ? (
                          <>
                            last used <TimeText at={passkey.lastUsedAt} />
                          </>
                        ) : (
                          'never used'
                        )}
                      </p>
                    </div>
                    <div className="flex flex-wrap items-start gap-2">
                      <Step label="Rename" small open={refused?.intent === 'rename' && refused.values.id?.[0] === passkey.id}>
                        <ActionForm
                          intent="rename"
                          refused={refused}
                          carry={{ id: passkey.id }}
                          only={{ name: 'id', value: passkey.id }}
                          className="flex flex-col gap-2"
                        >
                          <FormProblem own={['name']} />
                          <Field name="name" label="Name" required>
                            <Input defaultValue={passkey.name} maxLength={80} autoComplete="off" />
                          </Field>
                          <Submit small className="self-start">
                            Save
                          </Submit>
                        </ActionForm>
                      </Step>
                      <ConfirmDialog
                        label="Remove"
                        small
                        question={`“${passkey.name}” will sign nobody in any more.`}
                        open={refused?.intent === 'remove' && refused.values.id?.[0] === passkey.id}
                      >
                        <ActionForm
                          intent="remove"
                          refused={refused}
                          carry={{ id: passkey.id }}
                          only={{ name: 'id', value: passkey.id }}
                        >
                          <FormProblem className="mb-2" />
                          <Submit tone="danger" small busy="Removing…">
                            Yes, remove
                          </Submit>
                        </ActionForm>
                      </ConfirmDialog>
                    </div>
                  </li>
                ))}
              </ul>
            )}
          </Card>
        }
        side={
          <Card title="Add a passkey">
            <AddPasskey refused={refused} />
          </Card>
        }
      />
    </>
  )
}

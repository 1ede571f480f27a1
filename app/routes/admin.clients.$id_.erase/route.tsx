import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { useProgress } from '../../features/use-progress.ts'
import { useRefused } from '../../features/use-refused.ts'
import { entityPath, paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton, TextLink } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Progress } from '../../ui/progress.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `Erase ${data?.preview.clientRef ?? ''} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => {
    const { preview } = (data ?? {}) as { preview?: { clientId: string; clientRef: string } }
    return [
      { label: 'Clients', to: paths.clients.list() },
      { label: preview?.clientRef ?? 'Client', to: paths.clients.detail(preview?.clientId ?? '') },
      { label: 'Erase' },
    ]
  },
}

export const loader = screen(async ({ api, params }) => ({ preview: await api.erasures.preview({ id: idParam(params) }) }))

export const action = actions({
  erase: async (form, { api, params }) => {
    const { clientId, clientRef } = await api.erasures.start({ id: idParam(params), confirm: form.text('confirm') })
    return { to: paths.clientErasure(clientId), say: `${clientRef} is being erased.` }
  },
})

type Preview = ReturnType<typeof useLoaderData<typeof loader>>['preview']

export default function EraseClient() {
  const { preview } = useLoaderData<typeof loader>()
  return (
    <div className="max-w-3xl">
      <PageHeader
        title={preview.erasure ? `${preview.clientRef} was erased` : `Erase ${preview.clientRef}`}
        description={preview.erasure ? undefined : 'Removes the person from everything. It can not be undone by anyone.'}
      />
      <div className="flex flex-col gap-4">
        {preview.erasure ? <Course erasure={preview.erasure} /> : <Plan preview={preview} />}
      </div>
    </div>
  )
}

function Course({ erasure }: { erasure: NonNullable<Preview['erasure']> }) {
  const refused = useRefused()
  const running = erasure.state === 'running'
  useProgress(running)
  return (
    <Card title={running ? 'Under way' : 'Done'}>
      {running ? (
        <div className="mb-3 flex flex-col gap-2">
          <Progress label="Erasing" done={erasure.step} of={erasure.steps} />
          <p className="text-sm" aria-live="polite">
            {erasure.doing} ({erasure.step} of {erasure.steps} steps done)
          </p>
        </div>
      ) : null}
      <p className="text-sm text-muted">
        Asked for <TimeText at={erasure.requestedAt} />
        {erasure.requestedBy ? ` by ${erasure.requestedBy.name}` : ''}
        {erasure.finishedAt ? (
          <>
            , done <TimeText at={erasure.finishedAt} />
          </>
        ) : null}
        .
      </p>
      {erasure.changed.length > 0 ? (
        <ul className="mt-3 list-disc pl-5 text-sm">
          {erasure.changed.map(({ what, count }) => (
            <li key={what}>
              {count} {what}
            </li>
          ))}
        </ul>
      ) : null}
      {running ? (
        <ActionForm intent="erase" refused={refused} carry={{ confirm: erasure.clientRef }} className="mt-3">
          <FormProblem className="mb-2" />
          <Submit tone="secondary" small>
            It stands still: wake it
          </Submit>
        </ActionForm>
      ) : null}
      <p className="mt-3 text-sm text-muted">Backups made before still hold what was there; they are destroyed as they age.</p>
    </Card>
  )
}

function Plan({ preview }: { preview: Preview }) {
  const refused = useRefused()
  const blocked = preview.blockers.length > 0
  return (
    <>
      {blocked ? (
        <Callout tone="warn" title="Something still runs for this person. End it first.">
          <ul className="mt-1 list-disc pl-5">
            {preview.blockers.map((item) => (
              <li key={item.id}>
                <TextLink to={entityPath(item.entityType, item.id) ?? ''}>{item.ref}</TextLink> is{' '}
                {words(item.status).toLowerCase()}
              </li>
            ))}
          </ul>
        </Callout>
      ) : null}
      {preview.alike.length > 0 ? (
        <Callout tone="info" title="Other records have the same phone or email, and stay.">
          Merge them first if they are the same person:{' '}
          {preview.alike.map((other, at) => (
            <span key={other.id}>
              {at > 0 ? ', ' : ''}
              <TextLink to={paths.clients.detail(other.id)}>{other.ref}</TextLink>
            </span>
          ))}
        </Callout>
      ) : null}
      <Card title="What goes">
        <ul className="list-disc pl-5 text-sm">
          {preview.removed.map(({ what, count }) => (
            <li key={what}>
              {what} <span className="text-muted">({count})</span>
            </li>
          ))}
          <li>Their name, email and phone wherever else a text says them</li>
        </ul>
        {preview.merged.length > 0 ? (
          <p className="mt-2 text-sm">With it go the records merged into it: {preview.merged.join(', ')}.</p>
        ) : null}
        {preview.namesakes > 0 ? (
          <p className="mt-2 text-sm text-muted">
            {preview.namesakes} other {preview.namesakes === 1 ? 'client has' : 'clients have'} the same name: texts elsewhere
            that only say the name are left as they are.
          </p>
        ) : null}
      </Card>
      <Card title="What stays, without the person">
        {preview.kept.length === 0 ? (
          <p className="text-sm text-muted">Nothing.</p>
        ) : (
          <ul className="list-disc pl-5 text-sm">
            {preview.kept.map(({ what, count, why }) => (
              <li key={what}>
                {count} {what.toLowerCase()}: {why}
              </li>
            ))}
          </ul>
        )}
      </Card>
      {blocked ? null : (
        <Card title="Erase for good">
          <ActionForm intent="erase" refused={refused} className="flex flex-col gap-3">
            <FormProblem own={['confirm']} />
            <Field name="confirm" label={`Type ${preview.clientRef} to confirm`} required className="max-w-60">
              <Input autoComplete="off" maxLength={40} spellCheck={false} />
            </Field>
            <div className="flex gap-2">
              <Submit tone="danger" busy="Erasing…">
                Erase {preview.clientRef}
              </Submit>
              <LinkButton to={paths.clients.detail(preview.clientId)}>Keep it as it is</LinkButton>
            </div>
          </ActionForm>
        </Card>
      )}
    </>
  )
}

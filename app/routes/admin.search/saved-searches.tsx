import { Link, useLocation } from '@remix-run/react'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { Badge } from '../../ui/badge.tsx'
import { ActionForm, Checkbox, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { Step } from '../../ui/step.tsx'

export interface SavedView {
  id: string
  name: string
  query: string
  isShared: boolean
  isOwn: boolean
  mayChange: boolean
  version: number
  owner: { name: string }
}

/** Searches kept under a name: one's own and the shared ones; this one can be added. */
export function SavedSearches({
  views,
  canSave,
  mayShare,
}: {
  views: readonly SavedView[]
  canSave: boolean
  mayShare: boolean
}) {
  const refused = useRefused()
  const query = useLocation().search.slice(1)
  return (
    <div className="flex flex-col gap-3">
      {views.length === 0 ? <p className="text-sm text-muted">None yet. Search for something, then save it here.</p> : null}
      <ul className="flex flex-col gap-2">
        {views.map((view) => (
          <li key={view.id}>
            <div className="flex items-center gap-2">
              <Link to={`${paths.search()}?${view.query}`} className="link min-w-0 flex-1 truncate font-medium">
                {view.name}
              </Link>
              {view.isShared ? <Badge>{view.isOwn ? 'Shared' : view.owner.name}</Badge> : null}
            </div>
            {view.mayChange ? (
              <div className="mt-1 flex flex-wrap gap-1">
                <Step label="Rename" small open={refused?.intent === 'rename' && refused.values.id?.[0] === view.id}>
                  <ActionForm
                    intent="rename"
                    refused={refused}
                    only={{ name: 'id', value: view.id }}
                    carry={{ id: view.id, version: view.version, query }}
                    className="flex flex-col gap-2"
                  >
                    <FormProblem own={['name']} />
                    <Field name="name" label="Name" required>
                      <Input defaultValue={view.name} maxLength={80} />
                    </Field>
                    <Submit small className="self-start">
                      Save the name
                    </Submit>
                  </ActionForm>
                </Step>
                <ActionForm
                  intent="delete"
                  refused={refused}
                  only={{ name: 'id', value: view.id }}
                  carry={{ id: view.id, query }}
                >
                  <Submit tone="secondary" small busy="Deleting…">
                    Delete<span className="sr-only"> {view.name}</span>
                  </Submit>
                  <FormProblem className="mt-1" />
                </ActionForm>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
      {canSave ? (
        <Step label="Save this search" small open={refused?.intent === 'save'}>
          <ActionForm intent="save" refused={refused} carry={{ query }} className="flex flex-col gap-2">
            <FormProblem own={['name']} />
            <Field name="name" label="Name" required>
              <Input maxLength={80} />
            </Field>
            {mayShare ? <Checkbox name="isShared" label="Everyone who may search sees it" /> : null}
            <Submit className="self-start">Save</Submit>
          </ActionForm>
        </Step>
      ) : null}
    </div>
  )
}

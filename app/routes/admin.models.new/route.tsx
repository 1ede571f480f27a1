import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { MODEL_FIELDS, ModelFields } from '../../features/model-fields.tsx'
import { readModel } from '../../features/model-form.server.ts'
import { placesOf } from '../../features/places.server.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'New model · Virel' }]
export const handle = { crumbs: () => [{ label: 'Models', to: paths.models.list() }, { label: 'New' }] }

export const loader = screen(async ({ api, may, need }) => {
  need('models.write')
  return {
    key: crypto.randomUUID(),
    places: await placesOf(api),
    seesInternal: may('models.read_internal'),
  }
})

export const action = actions({
  create: async (form, { api }) => {
    const status = form.pick('status', ['active', 'inactive']) ?? 'inactive'
    const { profile, stats } = readModel(form)
    const model = await api.models.create({
      ...profile,
      stats,
      status,
      publicCode: form.optional('publicCode'),
      slug: form.optional('slug'),
    })
    return { to: paths.models.detail(model.id), say: `${model.name} made as ${model.publicCode}. Services and rates come next.` }
  },
})

export default function NewModel() {
  const { key, places, seesInternal } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <div className="max-w-4xl">
      <PageHeader title="New model" />
      <ActionForm intent="create" refused={refused} carry={{ _key: key }} className="flex flex-col gap-4">
        <FormProblem own={MODEL_FIELDS} />
        <ModelFields places={places} seesInternal={seesInternal} />
        <div className="flex gap-2">
          <Submit>Make the model</Submit>
          <LinkButton to={paths.models.list()}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}

import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { refOf } from '../../features/handle.ts'
import { MODEL_FIELDS, ModelFields } from '../../features/model-fields.tsx'
import { readModel } from '../../features/model-form.server.ts'
import { placesOf } from '../../features/places.server.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `Edit ${data?.model.name ?? 'model'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Models', to: paths.models.list() }, { label: refOf(data, 'model') }, { label: 'Edit' }],
}

export const loader = screen(async ({ api, params, may, need }) => {
  need('models.write')
  const [model, places] = await Promise.all([api.models.get({ id: idParam(params) }), placesOf(api)])
  return { model, places, seesInternal: may('models.read_internal') }
})

export const action = actions({
  edit: async (form, { api, params }) => {
    const { profile, stats, version } = readModel(form)
    const model = await api.models.update({
      id: idParam(params),
      version,
      ...profile,
      stats,
      publicCode: form.text('publicCode'),
      slug: form.text('slug'),
    })
    return { to: paths.models.detail(model.id), say: `${model.name} was changed.` }
  },
})

export default function EditModel() {
  const { model, places, seesInternal } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <div className="max-w-4xl">
      <PageHeader title={`Edit ${model.name}`} />
      <ActionForm intent="edit" refused={refused} editing={model.version} className="flex flex-col gap-4">
        <FormProblem own={MODEL_FIELDS} />
        <ModelFields model={model} places={places} seesInternal={seesInternal} />
        <div className="flex gap-2">
          <Submit>Save the change</Submit>
          <LinkButton to={paths.models.detail(model.id)}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}

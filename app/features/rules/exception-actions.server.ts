import { todayIn } from '../../local-time.server.ts'
import { paths } from '../../paths.ts'
import { type actions, idParam, type Screen } from '../../screen.server.ts'
import { loadRules } from './load-rules.server.ts'
import type { RuleTarget } from './rules-data.ts'

/** What the section about availability of a model's page shows. */
export async function loadModelRules(
  api: Screen['api'],
  model: { id: string; name: string; primaryLocation: { slug: string; zone: string } },
) {
  const target: RuleTarget & { modelId: string } = { scope: 'model', modelId: model.id, name: model.name }
  const [rules, exceptions] = await Promise.all([
    loadRules(api, target, model.primaryLocation.slug),
    api.availability.exceptions.list({ modelId: model.id, from: todayIn(model.primaryLocation.zone, new Date()), limit: 20 }),
  ])
  return { rules, target, exceptions: exceptions.items }
}

/** What it does. */
export const exceptionActions: Parameters<typeof actions>[0] = {
  addException: async (form, { api, params }) => {
    const modelId = idParam(params)
    const day = form.requiredText('day', 'Choose a day.')
    const [from, to] = [form.optional('from'), form.optional('to')]
    if ((from === undefined) !== (to === undefined))
      form.refuse(from ? 'to' : 'from', 'Type both times, or neither for the whole day.')
    form.check()
    const opens = form.checked('opens')
    await api.availability.exceptions.create({
      modelId,
      day,
      opens,
      ...(from && to ? { from, to } : {}),
      note: form.text('note'),
    })
    return {
      to: `${paths.models.detail(modelId)}#availability`,
      say: `${day} differs: ${opens ? 'open' : 'closed'} ${from && to ? `${from}–${to}` : 'all day'}.`,
    }
  },
  removeException: async (form, { api, params }) => {
    await api.availability.exceptions.delete({ id: form.text('exception') })
    return { to: `${paths.models.detail(idParam(params))}#availability`, say: 'That day follows the rules again.' }
  },
}

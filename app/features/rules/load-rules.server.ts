import type { Screen } from '../../screen.server.ts'
import { placesOf } from '../places.server.ts'
import type { Rule, RuleTarget } from './rules-data.ts'

/** Whom the page is about, by its address: `?model=`, `?place=`, else everyone. */
export async function loadTarget({ api, url }: Pick<Screen, 'api' | 'url'>) {
  const modelId = url.searchParams.get('model') || undefined
  const slug = url.searchParams.get('place') || undefined
  const places = await placesOf(api)
  if (modelId) {
    const model = await api.models.get({ id: modelId })
    const target: RuleTarget = { scope: 'model', modelId, name: model.name }
    return { target, places, zone: model.primaryLocation.zone, place: model.primaryLocation }
  }
  const place = places.find((one) => one.slug === slug)
  if (place) {
    const target: RuleTarget = { scope: 'location', location: place.slug, name: place.title }
    return { target, places, zone: place.zone, place }
  }
  const target: RuleTarget = { scope: 'global', name: 'everyone' }
  return { target, places, zone: null, place: null }
}

/** The rules that hold for this target, of its own and wider ones. */
export async function loadRules(api: Screen['api'], target: RuleTarget, place: string | undefined): Promise<Rule[]> {
  const limit = 200
  const [global, local, own] = await Promise.all([
    api.availability.rules.list({ scope: 'global', limit }),
    place ? api.availability.rules.list({ scope: 'location', location: place, limit }) : { items: [] },
    target.modelId ? api.availability.rules.list({ scope: 'model', modelId: target.modelId, limit }) : { items: [] },
  ])
  return [...global.items, ...local.items, ...own.items]
}

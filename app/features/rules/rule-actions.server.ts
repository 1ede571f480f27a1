import type { FormReader } from '../../form.server.ts'
import { paths } from '../../paths.ts'
import type { actions, Screen } from '../../screen.server.ts'
import { loadRules, loadTarget } from './load-rules.server.ts'
import { ownOf, type Rule, type RuleTarget } from './rules-data.ts'
import { WEEKDAYS } from './weekly-hours.ts'

type Kind = Rule['kind']
type Config = NonNullable<Parameters<Screen['api']['availability']['rules']['create']>[0]>['config']

export function rulesPath(target: RuleTarget): string {
  return paths.availabilityRules({ model: target.modelId, place: target.location })
}

/** Makes, changes or (with nothing said) takes away the one rule of a kind that this target has of its own. */
async function saveOwn(screen: Screen, form: FormReader, kind: Kind, config: Config | null, saved: string, removed: string) {
  const { target, place } = await loadTarget(screen)
  const version = form.version()
  form.check()
  const { rules } = screen.api.availability
  const own = ownOf(await loadRules(screen.api, target, place?.slug), target, kind)
  if (own && config === null) await rules.delete({ id: own.id })
  else if (own && config) await rules.update({ id: own.id, version, config })
  else if (config) await rules.create({ scope: target.scope, modelId: target.modelId, location: target.location, kind, config })
  return { to: rulesPath(target), say: config === null ? removed : saved }
}

function periodsIn(form: FormReader) {
  return WEEKDAYS.flatMap((name, index) => {
    const weekday = index + 1
    const [from, to] = [form.list(`from.${weekday}`), form.list(`to.${weekday}`)]
    if (from.length !== to.length) form.refuse('periods', `Of ${name}, type both times of each period, or neither.`)
    return from.map((start, at) => ({ weekday, from: start, to: to[at] ?? start }))
  })
}

/** What the page of rules does; each form is about the target of the page. */
export const ruleActions: Parameters<typeof actions>[0] = {
  hours: async (form, screen) => {
    const periods = periodsIn(form)
    const config = form.checked('closed') || periods.length > 0 ? { periods } : null
    return saveOwn(
      screen,
      form,
      'hours',
      config,
      'Weekly hours saved. The calendar follows in a moment.',
      'There are no hours here any more.',
    )
  },
  removeHours: (form, screen) => saveOwn(screen, form, 'hours', null, '', 'There are no hours here any more.'),
  notice: async (form, screen) => {
    const hours = form.decimal('hours')
    const config = hours ? { minutes: Math.round(hours * 60) } : null
    return saveOwn(screen, form, 'notice', config, 'The notice is saved.', 'No notice is asked for here any more.')
  },
  step: async (form, screen) => {
    const minutes = form.whole('minutes')
    return saveOwn(screen, form, 'step', minutes ? { minutes } : null, 'The step is saved.', 'The step of times is gone.')
  },
  limits: async (form, screen) => {
    const hours = form.decimal('hoursPerDay')
    const limits = {
      minutesPerDay: hours ? Math.round(hours * 60) : null,
      bookingsPerDay: form.whole('bookingsPerDay') ?? null,
      bookingsPerWeek: form.whole('bookingsPerWeek') ?? null,
      restMinutes: form.whole('restMinutes') ?? null,
    }
    const config = Object.values(limits).some((value) => value !== null) ? limits : null
    return saveOwn(screen, form, 'limits', config, 'The limits are saved.', 'There are no limits here any more.')
  },
  buffers: async (form, screen) => {
    const [before, after] = [form.whole('before'), form.whole('after')]
    const config = before === undefined && after === undefined ? null : { before: before ?? 0, after: after ?? 0 }
    return saveOwn(screen, form, 'buffers', config, 'The buffers are saved.', 'Buffers are each model’s own again.')
  },
  serviceBuffers: async (form, screen) => {
    const { target } = await loadTarget(screen)
    const service = form.requiredText('service', 'Choose a service.')
    const config = { before: form.whole('before') ?? 0, after: form.whole('after') ?? 0 }
    form.check()
    const { scope, modelId, location } = target
    await screen.api.availability.rules.create({ scope, modelId, location, kind: 'buffers', service, config })
    return { to: rulesPath(target), say: 'The buffers of this service are saved.' }
  },
  blackout: async (form, screen) => {
    const { target } = await loadTarget(screen)
    const from = form.requiredText('from', 'Choose the first day.')
    const config = { from, to: form.optional('to') ?? from, yearly: form.checked('yearly') }
    form.check()
    const { scope, modelId, location } = target
    await screen.api.availability.rules.create({ scope, modelId, location, kind: 'blackout', title: form.text('title'), config })
    return { to: rulesPath(target), say: 'Nothing is offered on these days.' }
  },
  remove: async (form, screen) => {
    const { target } = await loadTarget(screen)
    await screen.api.availability.rules.delete({ id: form.text('rule') })
    return { to: rulesPath(target), say: 'The rule is gone.' }
  },
}

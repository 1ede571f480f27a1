/**
 * The lifecycles as the product description words them, copied by hand and read by nothing in the product: what the
 * machines, the operations and the database are compared with.
 */
export interface LifecycleModel {
  noun: string
  table: 'inquiries' | 'bookings' | 'tasks' | 'exceptions' | 'models' | 'payments'
  initial: readonly string[]
  final: readonly string[]
  edges: Readonly<Record<string, readonly string[]>>
}

export const LIFECYCLE_MODELS: readonly LifecycleModel[] = [
  {
    noun: 'inquiry',
    table: 'inquiries',
    initial: ['new'],
    final: ['converted', 'lost', 'spam'],
    edges: {
      new: ['qualified', 'spam'],
      qualified: ['awaiting_client', 'lost'],
      awaiting_client: ['awaiting_deposit', 'lost'],
      awaiting_deposit: ['converted', 'lost'],
    },
  },
  {
    noun: 'booking',
    table: 'bookings',
    initial: ['draft'],
    final: ['completed', 'cancelled', 'no_show', 'expired'],
    edges: {
      draft: ['pending', 'cancelled'],
      pending: ['deposit_required', 'confirmed', 'cancelled', 'expired'],
      deposit_required: ['confirmed', 'cancelled', 'expired'],
      confirmed: ['in_progress', 'cancelled', 'no_show'],
      in_progress: ['completed', 'cancelled'],
    },
  },
  {
    noun: 'task',
    table: 'tasks',
    initial: ['open'],
    final: ['done', 'failed', 'cancelled'],
    edges: { open: ['in_progress', 'cancelled'], in_progress: ['done', 'failed', 'cancelled', 'open'] },
  },
  {
    noun: 'exception',
    table: 'exceptions',
    initial: ['open'],
    final: ['resolved', 'dismissed'],
    edges: { open: ['investigating'], investigating: ['resolved', 'dismissed'] },
  },
  {
    noun: 'model',
    table: 'models',
    initial: ['active', 'inactive'],
    final: [],
    edges: { active: ['inactive', 'suspended'], inactive: ['active', 'suspended'], suspended: ['inactive'] },
  },
  {
    noun: 'payment',
    table: 'payments',
    initial: ['pending', 'succeeded'],
    final: ['cancelled'],
    edges: {
      pending: ['requires_action', 'succeeded', 'failed', 'cancelled'],
      requires_action: ['pending', 'succeeded', 'failed', 'cancelled'],
      failed: ['pending', 'requires_action', 'succeeded', 'cancelled'],
      succeeded: ['partly_refunded', 'refunded', 'disputed', 'failed'],
      partly_refunded: ['succeeded', 'refunded', 'disputed'],
      refunded: ['succeeded', 'partly_refunded', 'disputed'],
      disputed: ['succeeded', 'partly_refunded', 'refunded'],
    },
  },
]

export function statesOf(model: LifecycleModel): string[] {
  return [
    ...new Set([...model.initial, ...Object.keys(model.edges), ...Object.values(model.edges).flat(), ...model.final]),
  ].sort()
}

export function allows(model: LifecycleModel, from: string, to: string): boolean {
  return model.edges[from]?.includes(to) ?? false
}

/** `from → to` of every step, sorted. */
export function stepsOf(edges: readonly { from: string; to: string }[]): string[] {
  return edges.map(({ from, to }) => `${from} → ${to}`).sort()
}

export function stepsOfModel(model: LifecycleModel): string[] {
  return stepsOf(Object.entries(model.edges).flatMap(([from, targets]) => targets.map((to) => ({ from, to }))))
}

/** The shortest way by the model's table, both ends included; undefined when there is none. */
export function wayTo(model: LifecycleModel, to: string): string[] | undefined {
  const ways = model.initial.map((state) => [state])
  const seen = new Set(model.initial)
  for (let way = ways.shift(); way; way = ways.shift()) {
    const last = way.at(-1) ?? ''
    if (last === to) return way
    for (const next of model.edges[last] ?? []) {
      if (!seen.has(next)) {
        seen.add(next)
        ways.push([...way, next])
      }
    }
  }
  return undefined
}

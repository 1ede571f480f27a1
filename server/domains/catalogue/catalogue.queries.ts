import type { CallCtx } from '#server/trpc/init.ts'
import type { ServicesOut } from './catalogue.schema.ts'

/** All services, grouped by category, in the agency's order. */
export async function listServices(ctx: CallCtx): Promise<ServicesOut> {
  const [categories, services] = await Promise.all([
    ctx.db.selectFrom('service_categories').select(['id', 'code', 'name']).orderBy('sort_order').orderBy('name').execute(),
    ctx.db
      .selectFrom('services')
      .select([
        'id',
        'category_id',
        'code',
        'name',
        'description',
        'has_extra_price as hasExtraPrice',
        'requires_equipment as requiresEquipment',
        'is_popular as isPopular',
      ])
      .orderBy('sort_order')
      .orderBy('name')
      .execute(),
  ])
  return {
    items: categories.map(({ id, ...category }) => ({
      ...category,
      services: services.filter((service) => service.category_id === id),
    })),
  }
}

/** All places, the popular ones first. */
export async function listLocations(ctx: CallCtx) {
  const items = await ctx.db
    .selectFrom('locations')
    .select(['id', 'slug', 'title', 'zone', 'latitude', 'longitude', 'is_popular as isPopular'])
    .orderBy('is_popular', 'desc')
    .orderBy('title')
    .execute()
  return { items }
}

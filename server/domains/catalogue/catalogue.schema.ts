import { z } from 'zod'

export const servicesOut = z.object({
  items: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      services: z.array(
        z.object({
          id: z.string(),
          code: z.string(),
          name: z.string(),
          description: z.string(),
          hasExtraPrice: z.boolean(),
          requiresEquipment: z.boolean(),
          isPopular: z.boolean(),
        }),
      ),
    }),
  ),
})
export type ServicesOut = z.input<typeof servicesOut>

export const locationsOut = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      slug: z.string(),
      title: z.string(),
      /** IANA zone: times at this place are shown in it. */
      zone: z.string(),
      latitude: z.number(),
      longitude: z.number(),
      isPopular: z.boolean(),
    }),
  ),
})

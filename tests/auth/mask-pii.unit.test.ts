import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { HIDDEN, maskEmail, maskerOf, maskName, maskPhone } from '#server/auth/mask-pii.ts'
import { piiEmail, piiFieldsOrNull, piiName, piiPhone, piiText, piiTextOrNull } from '#server/trpc/fields.ts'

const NOTHING = { names: false, contact: false, text: false }
const ALL = { names: true, contact: true, text: true }

describe('masking', () => {
  test('keeps of a phone number, an address and a name what the product description shows', () => {
    expect(maskPhone('+447700900123')).toBe('+447700***123')
    expect(maskEmail('jane@example.com')).toBe('ja***@example.com')
    expect(maskName('Jane Elizabeth Doe')).toBe('J. E. D.')
  })

  test('never shows the whole of a short one', () => {
    expect(maskPhone('+4470')).toBe('***')
    expect(maskEmail('j@example.com')).toBe('***@example.com')
    expect(maskEmail('jo@example.com')).toBe('j***@example.com')
    expect(maskEmail('not an address')).toBe('***')
    expect(maskName('')).toBe('—')
  })

  test('hides at least three characters of any phone number and never says the whole name part', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+[1-9][0-9]{5,14}$/), (phone) => {
        const shown = maskPhone(phone).replace('***', '')
        expect(phone.length - shown.length).toBeGreaterThanOrEqual(Math.min(3, phone.length))
      }),
    )
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const local = email.slice(0, email.lastIndexOf('@'))
        expect(maskEmail(email).split('***')[0]).not.toBe(local)
      }),
    )
  })

  const schema = z.object({
    ref: z.string(),
    client: z.object({ name: piiName(), email: piiEmail(), phone: piiPhone() }).nullable(),
    notes: z.array(z.object({ body: piiText() })),
    reason: piiTextOrNull().optional(),
    before: piiFieldsOrNull(),
  })
  const canary = {
    ref: 'C-1',
    client: { name: 'Canary Bird', email: 'canary@bird.example', phone: '+447700900999' },
    notes: [{ body: 'canary' }],
    reason: 'canary',
    before: { nested: { list: ['canary', 7] } },
  }

  test('reaches every tagged field, however deep, and leaves the rest', () => {
    const masked = maskerOf(schema)?.(canary, NOTHING)
    expect(JSON.stringify(masked)).not.toMatch(/canary@|Canary|"canary"|Bird|0900/)
    expect(masked).toMatchObject({ ref: 'C-1', notes: [{ body: HIDDEN }], before: { nested: { list: [HIDDEN, 7] } } })
    expect(maskerOf(schema)?.(canary, ALL)).toEqual(canary)
  })

  test('of the fields audit keeps, what happened stays readable and about whom does not', () => {
    const fields = {
      status: 'lost',
      email: 'canary@bird.example',
      notes: 'canary',
      window_from: '2026-11-21T12:00:00.000Z',
      client_id: '01a1fe98-ff7c-7000-8000-077ae48516d0',
      external_ref: 'canary',
      services: ['dinner', { code: 'gallery', notes: 'canary' }],
      survivor: { id: '01a1fe98-ff7c-7000-8000-077ae48516d0', name: 'canary' },
    }
    const masked = maskerOf(schema)?.({ ...canary, before: fields }, NOTHING)
    expect(masked?.before).toEqual({
      ...fields,
      email: HIDDEN,
      notes: HIDDEN,
      external_ref: HIDDEN,
      services: ['dinner', { code: 'gallery', notes: HIDDEN }],
      survivor: { id: fields.survivor.id, name: HIDDEN },
    })
    // Who may read text but not everybody's contact sees neither here.
    expect(maskerOf(schema)?.({ ...canary, before: fields }, { ...ALL, contact: false }).before).toEqual(masked?.before)
  })

  test('leaves null alone and changes nothing it was given', () => {
    const given = { ...canary, client: null, before: null }
    expect(maskerOf(schema)?.(given, NOTHING)).toMatchObject({ client: null, before: null })
    expect(given.notes).toEqual([{ body: 'canary' }])
  })

  test('refuses a schema in which it could not tell what to mask', () => {
    expect(() => maskerOf(z.union([z.object({ email: piiEmail() }), z.object({ id: z.string() })]))).toThrow()
  })

  test('costs nothing where nothing is personal', () => {
    expect(maskerOf(z.object({ id: z.string(), list: z.array(z.number()) }))).toBeUndefined()
  })
})

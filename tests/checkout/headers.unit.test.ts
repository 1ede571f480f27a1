import { describe, expect, test } from 'vitest'
import { securityHeaders } from '#server/http/security-headers.ts'

const PAGE = '/pay/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ'
const policyOf = (path: string, withStripe: boolean, nonce: string | undefined = 'n') =>
  securityHeaders(nonce, true, { path, withStripe })['content-security-policy'] ?? ''

describe('where a card is typed', () => {
  test('Stripe’s files, frames and calls are open on the page of a payment link and nowhere else', () => {
    const policy = policyOf(PAGE, true)
    expect(policy).toContain("script-src 'self' 'nonce-n' https://js.stripe.com")
    expect(policy).toContain("connect-src 'self' https://api.stripe.com")
    expect(policy).toContain('frame-src https://js.stripe.com')
    const elsewhere = ['/', '/pay', '/pay/', `${PAGE}/cancel`, `${PAGE}/live`, `/admin${PAGE}`, '/admin/bookings/1', '/inquiry']
    for (const path of elsewhere) expect(policyOf(path, true)).not.toContain('stripe')
    // What is no page runs no scripts at all.
    expect(securityHeaders(undefined, true, { path: PAGE, withStripe: true })['content-security-policy']).not.toContain('stripe')
  })

  test('without keys nothing is opened, and with them scripts still need the nonce', () => {
    expect(policyOf(PAGE, false)).not.toContain('stripe')
    for (const withStripe of [true, false]) {
      const scripts = /script-src ([^;]*)/.exec(policyOf(PAGE, withStripe))?.[1] ?? ''
      expect(scripts).not.toMatch(/unsafe|\*(\s|$)|https:(\s|$)/)
    }
  })

  test('no page of a link is framed, told to others by a Referer, or kept by a search engine', () => {
    for (const path of [PAGE, `${PAGE}/cancel`]) {
      const headers = securityHeaders('n', true, { path, withStripe: true })
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['referrer-policy']).toBe('same-origin')
      expect(headers['x-robots-tag']).toContain('noindex')
    }
    expect(securityHeaders('n', true, { path: '/' })['x-robots-tag']).toBeUndefined()
  })

  test('payment requests are asked for on that page only, by it and Stripe only', () => {
    expect(securityHeaders('n', true, { path: PAGE, withStripe: true })['permissions-policy']).toContain(
      'payment=(self "https://js.stripe.com")',
    )
    expect(securityHeaders('n', true, { path: PAGE })['permissions-policy']).toContain('payment=()')
    expect(securityHeaders('n', true, { path: '/admin', withStripe: true })['permissions-policy']).toContain('payment=()')
  })
})

import { expect, test } from 'vitest'
import { localPath } from '../../app/safe-redirect.ts'

const HOME = '/admin'
const SITE = 'https://ops.example.com'

/** Ways to spell another site, or something that is no address, where a page to come back to is expected. */
const HOSTILE = [
  '//evil.example',
  '///evil.example',
  '////evil.example/%2f..',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\n/evil.example',
  '/\0/evil.example',
  ' //evil.example',
  ' /admin',
  '/ /evil.example',
  'https://evil.example',
  'http:evil.example',
  'https:/evil.example',
  'HTTPS://EVIL.EXAMPLE/admin',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'evil.example',
  '@evil.example',
  'https://ops.example.com@evil.example',
  'https://ops.example.com.evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/admin/..//evil.example',
  '/%2e//evil.example',
  '/admin/%2E%2e//evil.example',
  '/./\\evil.example',
  '/／evil.example',
  '／／evil.example',
  '/\u2028/evil.example',
  '/\u202e/evil.example',
  '',
  '?redirectTo=//evil.example',
  '#//evil.example',
  `/${'a'.repeat(3_000)}`,
]

/** Where a browser that is on our site ends up. */
const ends = (path: string) => new URL(path, `${SITE}/sign-in`)

test.each(HOSTILE)('%j leads nowhere but home (S12)', (value) => {
  const path = localPath(value)
  expect(ends(path).origin).toBe(SITE)
  expect(path).toBe(HOME)
})

test.each([
  ['/admin/bookings?status=confirmed&q=B-1', '/admin/bookings?status=confirmed&q=B-1'],
  ['/admin/users/1/sign-ins', '/admin/users/1/sign-ins'],
  ['/admin/../admin/tasks', '/admin/tasks'],
  ['/admin?next=https://evil.example', '/admin?next=https://evil.example'],
  ['/%2f%2fevil.example', '/%2f%2fevil.example'],
  ['/admin#part', '/admin'],
])('%j is a page of ours', (value, path) => {
  expect(localPath(value)).toBe(path)
  expect(ends(path).origin).toBe(SITE)
})

test('nothing at all is the start page', () => {
  expect(localPath(null)).toBe(HOME)
})

test('negative control: a check of the first character alone lets others through', () => {
  const naive = (value: string) => (value.startsWith('/') ? value : HOME)
  const through = HOSTILE.filter((value) => {
    try {
      return ends(naive(value)).origin !== SITE
    } catch {
      return true
    }
  })
  expect(through.length).toBeGreaterThan(5)
  // Folding alone is not enough either: what dots hide is another site only after they are gone.
  expect(new URL(new URL('/.//evil.example', SITE).pathname, SITE).origin).not.toBe(SITE)
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseEnv, SETTING_NAMES } from '#server/env.ts'
import { sentenceFor } from '#server/start/problems.ts'

describe('settings', () => {
  test('nothing set is a start on port 3000 with a database of our own', () => {
    expect(parseEnv({})).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', APP_URL: 'http://localhost:3000', TRUST_PROXY: 0 })
    expect(parseEnv({}).DATABASE_URL).toBeUndefined()
    expect(parseEnv({ PORT: '', DATABASE_URL: ' ', SECRET_KEY: '' })).toEqual(parseEnv({}))
  })

  test.each([
    ['PORT', '70000', 'must be a whole number from 0 to 65535'],
    ['PORT', '-1', 'must be a whole number from 0 to 65535'],
    ['PORT', '0x50', 'must be a whole number from 0 to 65535'],
    ['TRUST_PROXY', 'yes', 'must be a whole number from 0 to 10'],
    ['APP_URL', 'ops.example.com', 'must be an address such as https://ops.example.com'],
    ['APP_URL', 'javascript:alert(1)', 'must be an address such as https://ops.example.com'],
    ['DATABASE_URL', 'mysql://root@host/db', 'must be an address such as postgres://user:password@host/database'],
    ['VIREL_DEMO', 'maybe', 'must be on or off'],
    ['SECRET_KEY', 'short', 'must have at least 32 characters'],
    ['LOG_LEVEL', 'loud', 'must be one of fatal, error, warn, info, debug, trace, silent'],
    ['NODE_ENV', 'staging', 'must be one of development, production, test'],
  ])('%s=%s is refused by name, and a value is never shown', (name, value, why) => {
    expect(() => parseEnv({ [name]: value })).toThrow(`The setting ${name} ${why}.`)
  })

  test('a provider has all its keys or none', () => {
    expect(() => parseEnv({ STRIPE_SECRET_KEY: 'sk_test_1' })).toThrow('The setting STRIPE_WEBHOOK_SECRET is missing')
    expect(() => parseEnv({ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' })).not.toThrow()
  })

  test('.env.example names every setting and no other', () => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', '.env.example'), 'utf8')
    const named = [...text.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map((match) => match[1])
    expect([...new Set(named)].sort()).toEqual([...SETTING_NAMES].sort())
  })
})

describe('why a start fails', () => {
  const failure = (code: string) => Object.assign(new Error(`${code}: it failed`), { code })
  test.each([
    ['ENOSPC', 'The disk is full.'],
    ['53100', 'The disk is full.'],
    ['EACCES', 'The data directory /data can not be written.'],
    ['EROFS', 'The data directory /data can not be written.'],
    ['ENOTDIR', 'The data directory /data can not be made'],
    ['ECONNREFUSED', 'The database of DATABASE_URL can not be used'],
    ['28P01', 'The database of DATABASE_URL can not be used'],
  ])('%s is a sentence', (code, sentence) => {
    expect(sentenceFor(failure(code), '/data')).toContain(sentence)
  })

  test('a bug is not dressed up as one', () => {
    expect(sentenceFor(new TypeError('x is not a function'), '/data')).toBeUndefined()
  })
})

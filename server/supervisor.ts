import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

export interface ChildSpec {
  name: string
  /** Arguments of node: the file to run first. */
  args: readonly string[]
  env: NodeJS.ProcessEnv
}

export interface SupervisorOptions {
  /** Each child's output goes to `<name>.log` here; to our own output when absent. */
  logDir?: string
  tell: (message: string) => void
}

export interface Supervisor {
  /** Resolves when every child has said that it is ready. */
  ready: Promise<void>
  pids(): Record<string, number | undefined>
  /** How often this child has ended by itself. */
  deaths(name: string): number
  /** Starts every child anew, with whatever its files say by now; for development. */
  restart(): void
  /** Asks all to finish (SIGTERM), waits, and ends those that don't. */
  stop(): Promise<void>
  /** Ends all at once, whatever they are doing. */
  kill(): void
}

const FIRST_WAIT_MS = 200
const LONGEST_WAIT_MS = 10_000
/** A child that lived this long starts again without growing waits. */
const HEALTHY_MS = 30_000
/** The children's own limits are lower: web lets requests finish for 15 s, a runner its jobs for 18 s. */
const DRAIN_MS = 20_000
const RESTART_MS = 1_000

/**
 * Keeps child processes running: one that ends is started again, after a wait that doubles while it keeps ending.
 * Children hold an IPC channel to us and finish by themselves when we are gone.
 */
export function supervise(specs: readonly ChildSpec[], { logDir, tell }: SupervisorOptions): Supervisor {
  const children = new Map<string, ChildProcess>()
  const deaths = new Map<string, number>()
  const timers = new Set<NodeJS.Timeout>()
  /** Children told to end so that a new one takes their place. */
  const replaced = new WeakSet<ChildProcess>()
  let stopping = false

  function launch(spec: ChildSpec, wait: number, onReady: () => void) {
    const out = logDir ? openSync(join(logDir, `${spec.name}.log`), 'a', 0o600) : undefined
    const child = spawn(process.execPath, spec.args, {
      env: spec.env,
      stdio: ['ignore', out ?? 'inherit', out ?? 'inherit', 'ipc'],
      // Not in the terminal's group: Ctrl-C reaches us alone, and we drain in order.
      detached: true,
    })
    if (out !== undefined) closeSync(out)
    const started = Date.now()
    children.set(spec.name, child)
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'ready' in message) onReady()
    })
    child.on('error', (error) => tell(`${spec.name} could not be started: ${error.message}`))
    child.on('exit', (code, signal) => {
      if (stopping) return
      if (replaced.has(child)) return launch(spec, FIRST_WAIT_MS, onReady)
      deaths.set(spec.name, (deaths.get(spec.name) ?? 0) + 1)
      const pause = Date.now() - started > HEALTHY_MS ? FIRST_WAIT_MS : wait
      tell(`${spec.name} ended (${signal ?? `code ${code}`}); starting it again`)
      const timer = setTimeout(() => {
        timers.delete(timer)
        if (!stopping) launch(spec, Math.min(pause * 2, LONGEST_WAIT_MS), onReady)
      }, pause)
      timers.add(timer)
    })
  }

  const ready = Promise.all(specs.map((spec) => new Promise<void>((resolve) => launch(spec, FIRST_WAIT_MS, resolve)))).then(
    () => undefined,
  )

  return {
    ready,
    pids: () => Object.fromEntries([...children].map(([name, child]) => [name, child.pid])),
    deaths: (name) => deaths.get(name) ?? 0,
    restart() {
      for (const child of children.values()) {
        replaced.add(child)
        void end(child, RESTART_MS)
      }
    },
    async stop() {
      stopping = true
      for (const timer of timers) clearTimeout(timer)
      await Promise.all([...children.values()].map((child) => end(child, DRAIN_MS)))
    },
    kill() {
      stopping = true
      for (const child of children.values()) child.kill('SIGKILL')
    },
  }
}

/** SIGTERM, and SIGKILL when the time is up. Resolves when it is gone. */
function end(child: ChildProcess, patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve()
    const force = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    child.once('exit', () => {
      clearTimeout(force)
      resolve()
    })
    child.kill('SIGTERM')
  })
}

/** The three runners; each queue has a process of its own, so a heavy import never delays a payment. */
export function runnerSpecs(root: string, env: NodeJS.ProcessEnv): ChildSpec[] {
  return ['critical', 'ops', 'heavy'].map((queue) => ({
    name: queue,
    args: [join(root, 'workers', 'main.ts'), '--queue', queue],
    env,
  }))
}

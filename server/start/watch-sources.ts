import { watch } from 'node:fs'
import { join } from 'node:path'
import type { Supervisor } from '#server/supervisor.ts'

const FOLDERS = ['server', 'db', 'workers']
/** Editors write a file in several steps, and a change of branch touches many files. */
const SETTLE_MS = 150

/** Development: a changed source of the server starts its processes anew. Screens follow by Vite. */
export function restartOnChange(root: string, supervisor: Supervisor, tell: (message: string) => void): void {
  let timer: NodeJS.Timeout | undefined
  for (const folder of FOLDERS) {
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (!file?.endsWith('.ts')) return
      clearTimeout(timer)
      timer = setTimeout(() => {
        tell(`  ${join(folder, file)} changed: starting again`)
        supervisor.restart()
      }, SETTLE_MS)
    })
  }
}

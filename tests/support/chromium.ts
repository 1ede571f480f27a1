import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright'

const KNOWN = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

function present(): string | undefined {
  const named = process.env.VIREL_CHROMIUM
  if (named && existsSync(named)) return named
  const own = chromium.executablePath()
  if (own && existsSync(own)) return own
  return KNOWN.find((path) => existsSync(path))
}

/**
 * A Chromium on this machine: the one VIREL_CHROMIUM names, Playwright's own, or an installed one; when there is none
 * it is installed (Debian's package as root, else Playwright's download) and the caller is told so.
 */
export async function findChromium(tell: (message: string) => void): Promise<string> {
  const found = present()
  if (found) return found
  if (process.getuid?.() === 0 && spawnSync('which', ['apt-get']).status === 0) {
    tell('No Chromium on this machine: installing Debian’s package.')
    execFileSync('apt-get', ['update'], { stdio: 'ignore' })
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation'], { stdio: 'ignore' })
  } else {
    tell('No Chromium on this machine: downloading Playwright’s.')
    execFileSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit' })
  }
  const installed = present()
  if (!installed) throw new Error('There is no Chromium and none could be installed. Name one with VIREL_CHROMIUM.')
  return installed
}

/** Launch options: headless, quiet on the network, and without the sandbox only where root would need it off. */
export function launchOptions(executablePath: string) {
  return {
    executablePath,
    headless: true,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  }
}

import { paths } from './paths.ts'

const NOWHERE = 'http://virel.invalid'

/**
 * A path of this site to come back to, as a stranger may have written it: printable ASCII, one slash in front, none of the
 * ways to spell another host. Anything else is the start page of the admin. What is answered is what a browser reads.
 */
export function localPath(value: string | null): string {
  if (!value || value.length > 2_000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(value) || value.includes('\\')) return paths.admin()
  try {
    const { origin, pathname, search } = new URL(value, NOWHERE)
    // Dots may have folded it: /.//evil.example is //evil.example.
    return origin === NOWHERE && !pathname.startsWith('//') ? `${pathname}${search}` : paths.admin()
  } catch {
    return paths.admin()
  }
}

import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright'

/** The rules whose answer hangs on the colours of a scheme; all others answer the same in light and dark. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** What axe finds on a page in light, and what of it hangs on colours in dark, in words. */
export async function violationsInBothSchemes(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    const axe = new AxeBuilder({ page })
    const { violations } = await (scheme === 'dark' ? axe.withRules(COLOUR_RULES) : axe).analyze()
    for (const { id, nodes } of violations) {
      found.push(`${scheme}, ${id}: ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary})`).join('; ')}`)
    }
  }
  return found
}

/**
 * What of a page is not to be seen or reached at its width: the page itself scrolls sideways, something ends outside it
 * without a part that scrolls, or words are cut where no ellipsis says so. Each by its tag, class and first words.
 */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const named = (element: Element) =>
      `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} “${(element.textContent ?? '').trim().slice(0, 40)}”`
    const wide = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth > wide) found.push(`the page is ${document.documentElement.scrollWidth} px wide`)
    const scrolls = (element: Element | null): boolean => {
      for (let one = element; one && one !== document.body; one = one.parentElement) {
        const { overflowX } = getComputedStyle(one)
        if (['auto', 'scroll'].includes(overflowX) && one.scrollWidth > one.clientWidth) return true
      }
      return false
    }
    // What is there for screen readers alone: one pixel, clipped.
    const isForEars = (element: Element): boolean => {
      for (let one: Element | null = element; one && one !== document.body; one = one.parentElement) {
        if (getComputedStyle(one).clipPath === 'inset(50%)') return true
      }
      return false
    }
    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      const style = getComputedStyle(element)
      const box = element.getBoundingClientRect()
      if (box.width <= 1 || box.height <= 1 || !element.checkVisibility({ visibilityProperty: true })) continue
      if (element.closest('[aria-hidden="true"], svg') || isForEars(element)) continue
      if ((box.right > wide + 1 || box.left < -1) && style.position !== 'fixed' && !scrolls(element.parentElement))
        found.push(`ends at ${Math.round(box.right)} px: ${named(element)}`)
      // What is typed scrolls in its field.
      const isField = element.matches('input, textarea, select')
      const hides = !isField && ['hidden', 'clip'].includes(style.overflowX) && style.textOverflow !== 'ellipsis'
      const clamped = style.getPropertyValue('-webkit-line-clamp') !== 'none' || style.maskImage !== 'none'
      if (hides && !clamped && element.scrollWidth > element.clientWidth + 1)
        found.push(`hides ${element.scrollWidth - element.clientWidth} px: ${named(element)}`)
    }
    return found
  })
}

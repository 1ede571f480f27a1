/** What floats belongs to the page's main part, where those who read by landmarks look for it. */
export function floatPlace(): HTMLElement | undefined {
  return typeof document === 'undefined' ? undefined : (document.getElementById('main') ?? undefined)
}

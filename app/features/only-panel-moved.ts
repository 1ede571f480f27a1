import type { ShouldRevalidateFunctionArgs } from '@remix-run/react'

function withoutPanel(url: URL): string {
  const search = new URLSearchParams(url.search)
  search.delete('item')
  return `${url.pathname}?${search}`
}

/** Opening a card changes the address and nothing that was read: false then, so that it opens with the key press. */
export function shouldReadAgain({
  currentUrl,
  nextUrl,
  formMethod,
  defaultShouldRevalidate,
}: ShouldRevalidateFunctionArgs): boolean {
  if (formMethod === undefined && currentUrl.href !== nextUrl.href && withoutPanel(currentUrl) === withoutPanel(nextUrl))
    return false
  return defaultShouldRevalidate
}

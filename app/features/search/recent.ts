const MOST = 8

const keyOf = (email: string) => `virel:searches:${email}`

/** What this person searched for in this browser, latest first; empty where the browser keeps nothing. */
export function recentSearches(email: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(email)) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string').slice(0, MOST) : []
  } catch {
    return []
  }
}

export function rememberSearch(email: string, q: string): void {
  const text = q.trim()
  if (text.length < 2) return
  const others = recentSearches(email).filter((one) => one.toLowerCase() !== text.toLowerCase())
  try {
    localStorage.setItem(keyOf(email), JSON.stringify([text, ...others].slice(0, MOST)))
  } catch {
    // Full or forbidden: then there are no recent searches.
  }
}

export function forgetSearches(email: string): void {
  try {
    localStorage.removeItem(keyOf(email))
  } catch {
    // As above.
  }
}

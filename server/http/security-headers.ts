/** What no page here asks the browser for; passkeys, the clipboard's writing side and full screen stay ours. */
const NOT_USED =
  'accelerometer autoplay camera clipboard-read display-capture encrypted-media geolocation gyroscope magnetometer microphone midi payment picture-in-picture screen-wake-lock usb xr-spatial-tracking'
function permissions(paying: boolean): string {
  return [
    ...NOT_USED.split(' ').map((feature) =>
      feature === 'payment' && paying ? 'payment=(self "https://js.stripe.com")' : `${feature}=()`,
    ),
    'clipboard-write=(self)',
    'fullscreen=(self)',
    'publickey-credentials-create=(self)',
    'publickey-credentials-get=(self)',
  ].join(', ')
}

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'permissions-policy': permissions(false),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

/** What Stripe's Payment Element loads, frames and calls. Source: Stripe's guide to content security policies. */
const STRIPE = {
  scripts: ' https://js.stripe.com https://*.js.stripe.com',
  frames: 'https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com',
  calls: ' https://api.stripe.com',
} as const

function policy(scripts: string, paying = false): string {
  return [
    "default-src 'self'",
    `script-src ${scripts}${paying ? STRIPE.scripts : ''}`,
    // React writes widths and places as style attributes, and its parts write style elements of their own.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${paying ? STRIPE.calls : ''}`,
    ...(paying ? [`frame-src ${STRIPE.frames}`] : []),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const WITHOUT_NONCE = policy("'self'")

/** The one page where a client types a card: what a link to it opens. Its own steps (cancelling) are other pages. */
export function isPayPage(path: string): boolean {
  return /^\/pay\/[^/]+\/?$/.test(path)
}

/** The address of such a page is its key: no search engine is to keep it. */
function isKeyPath(path: string): boolean {
  return path.startsWith('/pay/')
}

/**
 * Headers of every answer. A page's scripts run by its nonce only; nothing is loaded from elsewhere; nothing is framed.
 * `path` opens what the page of that address needs: Stripe's own files where a card is typed, and nowhere else.
 */
export function securityHeaders(
  nonce: string | undefined,
  isSecure: boolean,
  { path = '', withStripe = false }: { path?: string; withStripe?: boolean } = {},
): Record<string, string> {
  const paying = withStripe && nonce !== undefined && isPayPage(path)
  return {
    ...HEADERS,
    ...(paying ? { 'permissions-policy': permissions(true), 'cross-origin-opener-policy': 'same-origin-allow-popups' } : {}),
    ...(isKeyPath(path) ? { 'x-robots-tag': 'noindex, nofollow' } : {}),
    'content-security-policy': nonce === undefined ? WITHOUT_NONCE : policy(`'self' 'nonce-${nonce}'`, paying),
    ...(isSecure ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}

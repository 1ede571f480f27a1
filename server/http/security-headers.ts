/** What no page here asks the browser for; passkeys, the clipboard's writing side and full screen stay ours. */
const NOT_USED =
  'accelerometer autoplay camera clipboard-read display-capture encrypted-media geolocation gyroscope magnetometer microphone midi payment picture-in-picture screen-wake-lock usb xr-spatial-tracking'
const PERMISSIONS = [
  ...NOT_USED.split(' ').map((feature) => `${feature}=()`),
  'clipboard-write=(self)',
  'fullscreen=(self)',
  'publickey-credentials-create=(self)',
  'publickey-credentials-get=(self)',
].join(', ')

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'permissions-policy': PERMISSIONS,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

function policy(scripts: string): string {
  return [
    "default-src 'self'",
    `script-src ${scripts}`,
    // React writes widths and places as style attributes, and its parts write style elements of their own.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const WITHOUT_NONCE = policy("'self'")

/** Headers of every answer. A page's scripts run by its nonce only; nothing is loaded from elsewhere; nothing is framed. */
export function securityHeaders(nonce: string | undefined, isSecure: boolean): Record<string, string> {
  return {
    ...HEADERS,
    'content-security-policy': nonce === undefined ? WITHOUT_NONCE : policy(`'self' 'nonce-${nonce}'`),
    ...(isSecure ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}

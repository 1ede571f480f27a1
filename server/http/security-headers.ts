const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

function policy(scripts: string): string {
  return [
    "default-src 'self'",
    `script-src ${scripts}`,
    // React writes widths and colours of charts as style attributes.
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

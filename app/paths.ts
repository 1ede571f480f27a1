/** Every address of the product; screens and actions build links only here. */
type Query = Record<string, string | number | boolean | undefined>

function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

/** A noun's list, form and detail. */
function screens(base: string) {
  return {
    list: (query?: Query) => withQuery(base, query),
    new: (query?: Query) => withQuery(`${base}/new`, query),
    detail: (id: string) => `${base}/${encodeURIComponent(id)}`,
    edit: (id: string) => `${base}/${encodeURIComponent(id)}/edit`,
  }
}

export const paths = {
  home: () => '/',
  inquiry: () => '/inquiry',
  inquiryThanks: (ref: string) => withQuery('/inquiry/thanks', { ref }),
  signIn: (redirectTo?: string) => withQuery('/sign-in', { redirectTo }),
  signInCode: (redirectTo?: string) => withQuery('/sign-in/code', { redirectTo }),
  signInPasskey: () => '/sign-in/passkey',
  confirmPasskey: () => '/admin/confirm/passkey',
  forgotPassword: (query?: Query) => withQuery('/forgot-password', query),
  resetPassword: () => '/reset-password',
  join: () => '/join',
  signOut: () => '/sign-out',
  confirm: (returnTo?: string) => withQuery('/admin/confirm', { returnTo }),
  pay: (token: string) => `/pay/${encodeURIComponent(token)}`,
  payLive: (token: string) => `/pay/${encodeURIComponent(token)}/live`,
  payCancel: (token: string) => `/pay/${encodeURIComponent(token)}/cancel`,
  theme: () => '/theme',
  apiDocs: () => '/api/docs',
  stream: () => '/api/v1/events/stream',
  admin: () => '/admin',
  search: (query?: Query) => withQuery('/admin/search', query),
  api: { search: (q: string, limit: number) => withQuery('/api/v1/search', { q, limit }) },
  actionCenter: (query?: Query) => withQuery('/admin/action-center', query),
  actionCenterBoard: () => '/admin/action-center/board',
  inquiries: screens('/admin/inquiries'),
  proposal: (inquiryId: string) => `/admin/inquiries/${encodeURIComponent(inquiryId)}/propose`,
  bookings: {
    ...screens('/admin/bookings'),
    print: (id: string, query?: Query) => withQuery(`/admin/bookings/${encodeURIComponent(id)}/print`, query),
  },
  clients: {
    ...screens('/admin/clients'),
    merge: (id: string, otherId?: string) => withQuery(`/admin/clients/${encodeURIComponent(id)}/merge`, { with: otherId }),
  },
  models: screens('/admin/models'),
  availability: (query?: Query) => withQuery('/admin/availability', query),
  mismatches: (query?: Query) => withQuery('/admin/mismatches', query),
  cover: (query?: Query) => withQuery('/admin/mismatches/cover', query),
  unmetDemand: (query?: Query) => withQuery('/admin/unmet-demand', query),
  availabilityRules: (query?: Query) => withQuery('/admin/availability/rules', query),
  travelTimes: (query?: Query) => withQuery('/admin/availability/travel', query),
  tasks: screens('/admin/tasks'),
  exceptions: screens('/admin/exceptions'),
  users: screens('/admin/users'),
  outbox: screens('/admin/outbox'),
  payments: (query?: Query) => withQuery('/admin/payments', query),
  finance: {
    overview: () => '/admin/finance',
    refunds: (query?: Query) => withQuery('/admin/finance/refunds', query),
    cancel: (bookingId: string) => `/admin/bookings/${encodeURIComponent(bookingId)}/cancel`,
    refund: (paymentId: string) => `/admin/finance/refunds/${encodeURIComponent(paymentId)}`,
    reconciliation: (query?: Query) => withQuery('/admin/finance/reconciliation', query),
    payouts: (query?: Query) => withQuery('/admin/finance/payouts', query),
    paidOut: (query?: Query) => withQuery('/admin/finance/payouts/made', query),
    statement: (modelId: string, month: string, currency?: string) =>
      withQuery('/admin/finance/payouts/statement', { modelId, month, currency }),
    ledger: (query?: Query) => withQuery('/admin/finance/ledger', query),
    months: () => '/admin/finance/months',
    terms: () => '/admin/finance/terms',
    prices: (query?: Query) => withQuery('/admin/finance/prices', query),
  },
  invitations: (query?: Query) => withQuery('/admin/users/invitations', query),
  invite: () => '/admin/users/invite',
  roles: () => '/admin/roles',
  role: (code: string) => `/admin/roles/${encodeURIComponent(code)}`,
  newRole: (query?: Query) => withQuery('/admin/roles/new', query),
  accessPreview: (query?: Query) => withQuery('/admin/access-preview', query),
  audit: (query?: Query) => withQuery('/admin/audit', query),
  asOf: (type: string, id: string, at?: string) => withQuery('/admin/as-of', { type, id, at }),
  exports: () => '/admin/exports',
  exportFile: (id: string) => `/admin/exports/${encodeURIComponent(id)}/file`,
  clientErasure: (id: string) => `/admin/clients/${encodeURIComponent(id)}/erase`,
  clientExport: (id: string) => `/admin/clients/${encodeURIComponent(id)}/export`,
  ownExport: () => '/admin/profile/export',
  personalData: (query?: Query) => withQuery('/admin/personal-data', query),
  apiKeys: screens('/admin/api-keys'),
  lifecycles: () => '/admin/lifecycles',
  system: () => '/admin/system',
  profile: () => '/admin/profile',
  security: () => '/admin/profile/security',
  secondFactor: () => '/admin/profile/second-factor',
  recoveryCodes: () => '/admin/profile/recovery-codes',
  signIns: (query?: Query) => withQuery('/admin/profile/sign-ins', query),
  userSignIns: (id: string, query?: Query) => withQuery(`/admin/users/${encodeURIComponent(id)}/sign-ins`, query),
  passkeys: () => '/admin/profile/passkeys',
  design: () => '/admin/design',
} as const

/** The page of an entity named by kind and id, if it has one. */
export function entityPath(kind: string, id: string): string | undefined {
  switch (kind) {
    case 'inquiry':
      return paths.inquiries.detail(id)
    case 'booking':
      return paths.bookings.detail(id)
    case 'client':
      return paths.clients.detail(id)
    case 'model':
      return paths.models.detail(id)
    case 'task':
      return paths.tasks.detail(id)
    case 'exception':
      return paths.exceptions.detail(id)
    case 'user':
      return paths.users.detail(id)
    default:
      return undefined
  }
}

/** The list of a kind, filtered to one status. */
export function entityListPath(kind: string, status: string): string | undefined {
  const lists: Record<string, (query?: Query) => string> = {
    inquiry: paths.inquiries.list,
    booking: paths.bookings.list,
    task: paths.tasks.list,
    exception: paths.exceptions.list,
    model: paths.models.list,
  }
  return lists[kind]?.({ status })
}

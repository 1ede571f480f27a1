import type * as a from './availability.ts'
import type * as b from './bookings.ts'
import type * as c from './catalogue.ts'
import type * as q from './clients-inquiries.ts'
import type * as f from './finance.ts'
import type * as i from './identity.ts'
import type * as m from './matching.ts'
import type * as y from './payments.ts'
import type * as n from './people.ts'
import type * as d from './personal-data.ts'
import type * as p from './platform.ts'
import type * as s from './search.ts'
import type * as g from './sign-in.ts'
import type * as w from './work.ts'

export interface DB {
  users: i.UsersTable
  roles: i.RolesTable
  permissions: i.PermissionsTable
  role_permissions: i.RolePermissionsTable
  user_roles: i.UserRolesTable
  sessions: i.SessionsTable
  outgoing_messages: n.OutgoingMessagesTable
  invitations: n.InvitationsTable
  invitation_roles: n.InvitationRolesTable
  password_resets: n.PasswordResetsTable
  passkeys: n.PasskeysTable
  passkey_challenges: n.PasskeyChallengesTable
  known_devices: g.KnownDevicesTable
  sign_in_tries: g.SignInTriesTable
  second_factors: g.SecondFactorsTable
  recovery_codes: g.RecoveryCodesTable
  sign_ins: g.SignInsTable
  api_keys: i.ApiKeysTable
  rate_limits: i.RateLimitsTable
  request_counters: p.RequestCountersTable
  settings: i.SettingsTable
  locations: c.LocationsTable
  service_categories: c.ServiceCategoriesTable
  services: c.ServicesTable
  call_rates: c.CallRatesTable
  models: c.ModelsTable
  model_stats: c.ModelStatsTable
  model_locations: c.ModelLocationsTable
  model_services: c.ModelServicesTable
  model_rates: c.ModelRatesTable
  model_addresses: c.ModelAddressesTable
  attributes: c.AttributesTable
  attribute_values: c.AttributeValuesTable
  model_attributes: c.ModelAttributesTable
  model_media: c.ModelMediaTable
  clients: q.ClientsTable
  client_merges: q.ClientMergesTable
  inquiries: q.InquiriesTable
  inquiry_services: q.InquiryServicesTable
  inquiry_matches: q.InquiryMatchesTable
  notes: q.NotesTable
  bookings: b.BookingsTable
  booking_services: b.BookingServicesTable
  booking_timeline: b.BookingTimelineTable
  time_blocks: b.TimeBlocksTable
  availability_rules: a.AvailabilityRulesTable
  availability_exceptions: a.AvailabilityExceptionsTable
  availability_slots: a.AvailabilitySlotsTable
  travel_times: a.TravelTimesTable
  time_holds: b.TimeHoldsTable
  ledger_accounts: f.LedgerAccountsTable
  ledger_transactions: f.LedgerTransactionsTable
  ledger_entries: f.LedgerEntriesTable
  finance_months: f.FinanceMonthsTable
  calendar_feeds: m.CalendarFeedsTable
  external_calendars: m.ExternalCalendarsTable
  cover_rules: m.CoverRulesTable
  availability_mismatches: m.AvailabilityMismatchesTable
  unmet_demand: m.UnmetDemandTable
  refund_policies: f.RefundPoliciesTable
  price_adjustments: f.PriceAdjustmentsTable
  payout_shares: f.PayoutSharesTable
  payouts: f.PayoutsTable
  payout_lines: f.PayoutLinesTable
  refund_requests: f.RefundRequestsTable
  payments: y.PaymentsTable
  provider_events: y.ProviderEventsTable
  provider_health: y.ProviderHealthTable
  reconciliation_runs: y.ReconciliationRunsTable
  provider_differences: y.ProviderDifferencesTable
  tasks: w.TasksTable
  exceptions: w.ExceptionsTable
  sla_policies: w.SlaPoliciesTable
  work_counts: w.WorkCountsTable
  work_count_changes: w.WorkCountChangesTable
  undo_entries: w.UndoEntriesTable
  undo_steps: w.UndoStepsTable
  presence: w.PresenceTable
  contact_reveals: d.ContactRevealsTable
  export_files: d.ExportFilesTable
  client_erasures: d.ClientErasuresTable
  lifecycle_states: p.LifecycleStatesTable
  lifecycle_transitions: p.LifecycleTransitionsTable
  audit_log: p.AuditLogTable
  audit_seals: p.AuditSealsTable
  domain_events: p.DomainEventsTable
  consumed_events: p.ConsumedEventsTable
  effects: p.EffectsTable
  idempotency_keys: p.IdempotencyKeysTable
  worker_processes: p.WorkerProcessesTable
  saved_views: s.SavedViewsTable
  search_booking_words: s.SearchWordsTable
  search_inquiry_words: s.SearchWordsTable
  search_client_words: s.SearchWordsTable
  search_model_words: s.SearchWordsTable
  search_task_words: s.SearchWordsTable
  search_exception_words: s.SearchWordsTable
  search_payment_words: s.SearchWordsTable
  search_terms: s.SearchTermsTable
  search_common: s.SearchCommonTable
}

export type * from './availability.ts'
export type * from './bookings.ts'
export type * from './catalogue.ts'
export type * from './clients-inquiries.ts'
export type * from './finance.ts'
export type * from './identity.ts'
export type * from './matching.ts'
export type * from './payments.ts'
export type * from './people.ts'
export type * from './personal-data.ts'
export type * from './platform.ts'
export type * from './search.ts'
export type * from './sign-in.ts'
export type * from './work.ts'

/**
 * Every permission there is, with what it allows. Roles are sets of these, kept in tables; the sets of the system
 * roles are below (source: the roles table of the product description).
 */
export const PERMISSIONS = {
  'action_center.read': 'See the Action Center',
  'inquiries.read': 'See inquiries assigned to them or to nobody',
  'inquiries.read_all': 'See all inquiries',
  'inquiries.write': 'Type in and edit inquiries, match and propose models',
  'inquiries.transition': 'Move inquiries along their lifecycle',
  'inquiries.assign': 'Assign inquiries to others',
  'bookings.read': 'See bookings assigned to them or to nobody',
  'bookings.read_all': 'See all bookings',
  'bookings.write': 'Make and edit bookings',
  'bookings.transition': 'Move bookings along their lifecycle',
  'bookings.assign': 'Assign bookings to others',
  'bookings.waive_deposit': 'Waive a deposit, with a reason',
  'payments.read': 'See payments',
  'payments.record': 'Record payments received by hand',
  'payments.refund': 'Refund payments',
  'clients.read': 'See clients',
  'clients.write': 'Make and edit clients',
  'clients.merge': 'Merge duplicate clients and undo it',
  'clients.export': 'Take away everything known about a client',
  'clients.erase': 'Erase a client for good',
  'pii.names': 'See names of clients',
  'pii.read_own': 'See contact data of clients of items assigned to them',
  'pii.reveal': 'Show a masked contact for a while, with a reason',
  'pii.read': 'See contact data of all clients',
  'tasks.read': 'See tasks assigned to them or to nobody',
  'tasks.read_all': 'See all tasks',
  'tasks.write': 'Make, claim and work tasks',
  'tasks.assign': 'Assign tasks to others',
  'exceptions.read': 'See exceptions assigned to them or to nobody',
  'exceptions.read_all': 'See all exceptions',
  'exceptions.write': 'Work exceptions',
  'models.read': 'See models',
  'models.read_internal': 'See internal notes and ratings of models',
  'models.write': 'Make and edit models, their services and rates',
  'models.transition': 'Activate, deactivate and suspend models',
  'catalogue.read': 'See services and locations',
  'views.share': 'Share saved views with everyone, and change shared ones',
  'users.read': 'See users and roles',
  'users.write': 'Invite and edit users',
  'users.grant': 'Change roles of users',
  'users.grant_any': 'Grant every role, the owner among them',
  'api_keys.manage': 'Make and revoke API keys',
  'audit.read': 'Read the audit log',
  'exports.make': 'Export lists to files',
  'lifecycles.read': 'See lifecycles and how many stand where',
  'system.read': 'See health, workers and queues',
  'system.retry': 'Retry failed jobs',
} as const

export type Permission = keyof typeof PERMISSIONS
export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[]

export function isPermission(code: string): code is Permission {
  return Object.hasOwn(PERMISSIONS, code)
}

export interface RoleDefinition {
  code: string
  name: string
  description: string
  permissions: readonly Permission[]
}

const OPERATIONS: readonly Permission[] = [
  'action_center.read',
  'inquiries.read',
  'inquiries.write',
  'inquiries.transition',
  'bookings.read',
  'bookings.write',
  'bookings.transition',
  'clients.read',
  'clients.write',
  'pii.names',
  'tasks.read',
  'tasks.write',
  'exceptions.read',
  'exceptions.write',
  'models.read',
  'catalogue.read',
  'lifecycles.read',
]

export const SYSTEM_ROLES: readonly RoleDefinition[] = [
  { code: 'OWNER', name: 'Owner', description: 'Sees and may do everything.', permissions: ALL_PERMISSIONS },
  {
    code: 'OPS_MANAGER',
    name: 'Operations manager',
    description: 'Runs all operations, manages operators, waives deposits; reads finance.',
    permissions: [
      ...OPERATIONS,
      'inquiries.read_all',
      'inquiries.assign',
      'bookings.read_all',
      'bookings.assign',
      'bookings.waive_deposit',
      'payments.read',
      'payments.record',
      'clients.merge',
      'clients.export',
      'pii.read_own',
      'pii.reveal',
      'pii.read',
      'tasks.read_all',
      'tasks.assign',
      'exceptions.read_all',
      'models.read_internal',
      'models.write',
      'models.transition',
      'views.share',
      'users.read',
      'users.write',
      'users.grant',
      'audit.read',
      'exports.make',
      'system.read',
      'system.retry',
    ],
  },
  {
    code: 'OPERATOR',
    name: 'Operator',
    description: 'Works the Action Center; sees what is assigned to them or to nobody.',
    permissions: [...OPERATIONS, 'pii.read_own', 'pii.reveal', 'payments.record'],
  },
  {
    code: 'CONTENT_MANAGER',
    name: 'Content manager',
    description: 'Keeps the models’ profiles.',
    permissions: ['models.read', 'models.write', 'catalogue.read'],
  },
  {
    code: 'FINANCE',
    name: 'Finance',
    description: 'Payments, refunds and reconciliation.',
    permissions: ['payments.read', 'payments.record', 'payments.refund', 'pii.names', 'exports.make'],
  },
  {
    code: 'INTEGRATIONS_ADMIN',
    name: 'Integrations administrator',
    description: 'API keys, integrations and their logs.',
    permissions: ['api_keys.manage', 'system.read'],
  },
  {
    code: 'READ_ONLY',
    name: 'Read only',
    description: 'Sees everything but personal data, changes nothing.',
    permissions: [
      'action_center.read',
      'inquiries.read',
      'inquiries.read_all',
      'bookings.read',
      'bookings.read_all',
      'payments.read',
      'clients.read',
      'tasks.read',
      'tasks.read_all',
      'exceptions.read',
      'exceptions.read_all',
      'models.read',
      'models.read_internal',
      'catalogue.read',
      'users.read',
      'audit.read',
      'lifecycles.read',
      'system.read',
    ],
  },
]

import {
  CalendarCheck,
  CalendarClock,
  CalendarRange,
  CalendarX,
  CircleAlert,
  CreditCard,
  Download,
  Eye,
  Gauge,
  History,
  Inbox,
  KeyRound,
  Landmark,
  ListChecks,
  type LucideIcon,
  Send,
  Server,
  ShieldCheck,
  Sparkles,
  SquareCheckBig,
  TrendingDown,
  UserCog,
  Users,
  Waypoints,
} from 'lucide-react'
import { paths } from '../paths.ts'

export interface NavItem {
  label: string
  to: string
  icon: LucideIcon
  /** Shown to people who hold it; the server decides anyway. */
  needs?: string
}

export const NAV: readonly { label: string; items: readonly NavItem[] }[] = [
  {
    label: 'Work',
    items: [
      { label: 'Dashboard', to: paths.admin(), icon: Gauge },
      { label: 'Action Center', to: paths.actionCenter(), icon: ListChecks, needs: 'action_center.read' },
      { label: 'Inquiries', to: paths.inquiries.list(), icon: Inbox, needs: 'inquiries.read' },
      { label: 'Bookings', to: paths.bookings.list(), icon: CalendarCheck, needs: 'bookings.read' },
      { label: 'Availability', to: paths.availability(), icon: CalendarRange, needs: 'bookings.read' },
      { label: 'Mismatches', to: paths.mismatches(), icon: CalendarX, needs: 'exceptions.read' },
      { label: 'Clients', to: paths.clients.list(), icon: Users, needs: 'clients.read' },
      { label: 'Models', to: paths.models.list(), icon: Sparkles, needs: 'models.read' },
      { label: 'Payments', to: paths.payments(), icon: CreditCard, needs: 'payments.read' },
      { label: 'Finance', to: paths.finance.overview(), icon: Landmark, needs: 'finance.read' },
      { label: 'Tasks', to: paths.tasks.list(), icon: SquareCheckBig, needs: 'tasks.read' },
      { label: 'Exceptions', to: paths.exceptions.list(), icon: CircleAlert, needs: 'exceptions.read' },
    ],
  },
  {
    label: 'Agency',
    items: [
      { label: 'Users', to: paths.users.list(), icon: UserCog, needs: 'users.read' },
      { label: 'Roles', to: paths.roles(), icon: ShieldCheck, needs: 'users.read' },
      { label: 'Unmet demand', to: paths.unmetDemand(), icon: TrendingDown, needs: 'inquiries.read_all' },
      { label: 'Outbox', to: paths.outbox.list(), icon: Send, needs: 'messages.read' },
      { label: 'Audit', to: paths.audit(), icon: History, needs: 'audit.read' },
      { label: 'Personal data', to: paths.personalData(), icon: Eye, needs: 'audit.read' },
      { label: 'API keys', to: paths.apiKeys.list(), icon: KeyRound, needs: 'api_keys.manage' },
      { label: 'Exports', to: paths.exports(), icon: Download, needs: 'exports.make' },
      { label: 'Rules of time', to: paths.availabilityRules(), icon: CalendarClock, needs: 'availability.rules' },
      { label: 'Lifecycles', to: paths.lifecycles(), icon: Waypoints, needs: 'lifecycles.read' },
      { label: 'System', to: paths.system(), icon: Server, needs: 'system.read' },
    ],
  },
]

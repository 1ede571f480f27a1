import { paths } from '../../paths.ts'

const SCREENS: Record<string, () => string> = {
  'action-center': paths.actionCenter,
  inquiries: paths.inquiries.list,
  bookings: paths.bookings.list,
  clients: paths.clients.list,
  models: paths.models.list,
  payments: paths.payments,
  tasks: paths.tasks.list,
  exceptions: paths.exceptions.list,
  search: paths.search,
}

/** Where a saved view leads. */
export function viewPath({ screen, query }: { screen: string; query: string }): string {
  const path = (SCREENS[screen] ?? paths.admin)()
  return query ? `${path}?${query}` : path
}

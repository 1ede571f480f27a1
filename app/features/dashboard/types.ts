import type { SerializeFrom } from '@remix-run/node'
import type { loader } from '../../routes/admin._index/route.tsx'

export type DashboardData = SerializeFrom<typeof loader>

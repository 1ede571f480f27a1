import { paths } from '../paths.ts'
import { Tabs } from '../ui/tabs.tsx'

/** Who is here, and who is asked to come. */
export function UserTabs({ current, invited }: { current: 'users' | 'invitations'; invited?: number | string }) {
  return (
    <Tabs
      label="Users and invitations"
      tabs={[
        { label: 'Users', to: paths.users.list(), current: current === 'users' },
        {
          label: 'Invitations',
          to: paths.invitations(),
          current: current === 'invitations',
          count: typeof invited === 'number' && invited > 0 ? invited : undefined,
        },
      ]}
    />
  )
}

import { paths } from '../paths.ts'
import { Tabs } from '../ui/tabs.tsx'

/** The parts of one's own profile. */
export function ProfileTabs({ current }: { current: 'profile' | 'security' | 'passkeys' | 'sign-ins' }) {
  return (
    <Tabs
      label="Profile"
      tabs={[
        { label: 'You', to: paths.profile(), current: current === 'profile' },
        { label: 'Security', to: paths.security(), current: current === 'security' },
        { label: 'Passkeys', to: paths.passkeys(), current: current === 'passkeys' },
        { label: 'Sign-ins', to: paths.signIns(), current: current === 'sign-ins' },
      ]}
    />
  )
}

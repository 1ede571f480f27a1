import { paths } from '../../paths.ts'
import { Tabs } from '../../ui/tabs.tsx'

/** What does not fit, and what cover is asked for. */
export function MismatchTabs({ current, seesMismatches }: { current: 'mismatches' | 'cover'; seesMismatches: boolean }) {
  return (
    <Tabs
      label="Mismatches and cover"
      tabs={[
        ...(seesMismatches ? [{ label: 'Mismatches', to: paths.mismatches(), current: current === 'mismatches' }] : []),
        { label: 'Cover asked for', to: paths.cover(), current: current === 'cover' },
      ]}
    />
  )
}

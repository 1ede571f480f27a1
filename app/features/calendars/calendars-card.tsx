import type { Refused } from '../../problem.ts'
import { StatusBadge, type Tone } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { CopyField } from '../../ui/copy-field.tsx'
import { ActionForm, Checkbox, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { Step } from '../../ui/step.tsx'
import { TimeText } from '../../ui/time.tsx'

interface ExternalCalendar {
  id: string
  name: string
  host: string
  state: 'new' | 'fresh' | 'stale'
  staleSince: string | null
  problem: string | null
  readAt: string | null
  busyCount: number
}
export interface ModelCalendars {
  feed: { busyOnly: boolean; address: string | null; lastReadAt: string | null } | null
  external: ExternalCalendar[]
}

interface Props {
  calendars: ModelCalendars
  mayManage: boolean
  refused: Refused | undefined
}

/** Her bookings for her own calendar, and the calendars of hers that say when she is busy. */
export function CalendarsCard(props: Props) {
  return (
    <div id="calendars">
      <Card title="Calendars">
        <div className="flex flex-col gap-4">
          <Feed {...props} />
          <External {...props} />
        </div>
      </Card>
    </div>
  )
}

function Feed({ calendars: { feed }, mayManage, refused }: Props) {
  return (
    <section aria-label="Her bookings for her own calendar" className="flex flex-col gap-2 text-sm">
      <h3 className="font-medium">Her bookings, for her own calendar</h3>
      {feed ? (
        <>
          <p className="text-muted">
            {feed.busyOnly ? 'Tells only when she is busy.' : 'Tells reference, place and services; nothing of clients.'}{' '}
            {feed.lastReadAt ? (
              <>
                Last read <TimeText at={feed.lastReadAt} />.
              </>
            ) : (
              'Not read yet.'
            )}
          </p>
          {feed.address ? <CopyField label="Secret address" value={feed.address} /> : null}
        </>
      ) : (
        <p className="text-muted">She has no address yet.</p>
      )}
      {mayManage ? (
        <div className="flex flex-wrap gap-2">
          <ActionForm intent="feed" refused={refused} className="flex flex-wrap items-center gap-3">
            <Checkbox name="busyOnly" label="Only when she is busy" defaultChecked={feed?.busyOnly ?? false} />
            <Submit tone="secondary" small>
              {feed ? 'Save' : 'Make an address'}
            </Submit>
          </ActionForm>
          {feed ? (
            <>
              <Ask label="New address" intent="regenerateFeed" refused={refused} sure="Make a new one">
                Whoever has only the old address sees nothing any more: paste the new one into her calendar.
              </Ask>
              <Ask label="Take it away" intent="removeFeed" refused={refused} sure="Take it away">
                Her own calendar stops seeing her bookings.
              </Ask>
            </>
          ) : null}
        </div>
      ) : null}
    </section>
  )
}

const STATE: Record<ExternalCalendar['state'], { label: string; tone: Tone }> = {
  new: { label: 'Not read yet', tone: 'neutral' },
  fresh: { label: 'Up to date', tone: 'good' },
  stale: { label: 'Can’t be read', tone: 'bad' },
}

function External({ calendars: { external }, mayManage, refused }: Props) {
  return (
    <section aria-label="Calendars that say when she is busy" className="flex flex-col gap-2 border-t border-line pt-3 text-sm">
      <h3 className="font-medium">Calendars that say when she is busy</h3>
      {external.length === 0 ? <p className="text-muted">None. Her time is known from rules, slots and bookings alone.</p> : null}
      <ul className="flex flex-col gap-3">
        {external.map((calendar) => (
          <li key={calendar.id} className="flex flex-col gap-1">
            <span className="flex flex-wrap items-center gap-2">
              <span className="font-medium wrap-anywhere">{calendar.name}</span>
              <StatusBadge {...STATE[calendar.state]} />
            </span>
            <span className="text-xs text-muted wrap-anywhere">
              {calendar.host}
              {calendar.readAt ? (
                <>
                  , read <TimeText at={calendar.readAt} />: busy {calendar.busyCount} times
                </>
              ) : null}
            </span>
            {calendar.state === 'stale' ? (
              <span className="text-xs text-bad-ink">
                {calendar.problem} Since <TimeText at={calendar.staleSince ?? ''} /> her free time is shown as tentative.
              </span>
            ) : null}
            {mayManage ? (
              <span className="flex flex-wrap gap-2">
                <ActionForm intent="readCalendar" refused={refused} carry={{ calendar: calendar.id }}>
                  <Submit tone="secondary" small busy="Reading…">
                    Read now
                  </Submit>
                </ActionForm>
                <Ask label="Remove" intent="removeCalendar" refused={refused} carry={{ calendar: calendar.id }} sure="Remove it">
                  What it said is forgotten too.
                </Ask>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {mayManage ? (
        <Step label="Add a calendar" small open={refused?.intent === 'addCalendar'}>
          <ActionForm intent="addCalendar" refused={refused} className="flex flex-col gap-3">
            <FormProblem own={['calendarName', 'address', 'name']} />
            <Field name="calendarName" label="Name" required also={['name']}>
              <Input maxLength={100} placeholder="Private" />
            </Field>
            <Field
              name="address"
              label="Secret address (iCal)"
              required
              hint="https:// or webcal://, as her calendar gives it. It is not shown again."
            >
              <Input maxLength={2000} inputMode="url" autoComplete="off" />
            </Field>
            <Submit className="self-start">Add</Submit>
          </ActionForm>
        </Step>
      ) : null}
    </section>
  )
}

function Ask({
  label,
  intent,
  refused,
  carry,
  sure,
  children,
}: {
  label: string
  intent: string
  refused: Refused | undefined
  carry?: Record<string, string>
  sure: string
  children: string
}) {
  return (
    <Step label={label} small tone="quiet">
      <ActionForm intent={intent} refused={refused} carry={carry} className="flex flex-col gap-2">
        <FormProblem />
        <p>{children}</p>
        <Submit small tone="danger" className="self-start">
          {sure}
        </Submit>
      </ActionForm>
    </Step>
  )
}

import { Avatar, AvatarGroup } from '../../ui/avatar.tsx'
import { Badge, StatusBadge, type Tone } from '../../ui/badge.tsx'
import { Board, BoardCard, BoardColumn } from '../../ui/board.tsx'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Card, KeyValues } from '../../ui/card.tsx'
import { BarChart, LineChart, Sparkline } from '../../ui/chart.tsx'
import { Ago, Countdown } from '../../ui/countdown.tsx'
import { DayBars } from '../../ui/day-bars.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Money } from '../../ui/money.tsx'
import { useNow } from '../../ui/now.tsx'
import { ProblemNote } from '../../ui/problem-note.tsx'
import { Progress } from '../../ui/progress.tsx'
import { SidePanel } from '../../ui/side-panel.tsx'
import { EmptyState, ListSkeleton, PartError } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { Timeline } from '../../ui/timeline.tsx'
import { EntityStatus, Urgency } from '../status-badge.tsx'
import { Part, State } from './sample.tsx'

const TONES: readonly Tone[] = ['neutral', 'info', 'good', 'warn', 'bad', 'plum', 'accent']
const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const WEEKLY = [22, 25, 31, 28, 35, 33, 38]
const FORTNIGHT = [9, 4, 7, 7, 8, 12, 14, 10, 3, 2, 0, 4, 5, 6].map((sure, at) => ({
  day: `2026-11-${16 + at}`,
  values: [sure, at % 4],
  to: '?',
}))
const ROWS = [
  { ref: 'B-1235', who: 'Jane Example', status: 'confirmed', price: { amount: 45_000, currency: 'GBP' } },
  { ref: 'B-1236', who: 'Omar Reyes', status: 'deposit_required', price: { amount: 25_000, currency: 'GBP' } },
]
const COLUMNS: readonly Column<(typeof ROWS)[number]>[] = [
  { key: 'ref', header: 'Booking', sort: 'ref', lead: true, cell: (row) => <RowLink to="?">{row.ref}</RowLink> },
  { key: 'who', header: 'Client', cell: (row) => row.who },
  { key: 'status', header: 'Status', cell: (row) => <EntityStatus status={row.status} /> },
  { key: 'price', header: 'Price', end: true, cell: (row) => <Money value={row.price} /> },
]

export function Parts() {
  return (
    <>
      <Part
        name="Badges, people, time"
        says="Colour is never the only sign: a word or a dot goes with it. Countdowns tick with one timer for the page."
        show={() => <Badges />}
      />
      <Part
        name="Cards and tables"
        says="A card names what it holds. A table becomes labelled cards on a phone."
        show={(scheme) => (
          <>
            <Card title={`Booking, ${scheme}`}>
              <KeyValues
                items={[
                  ['Client', 'Jane Example'],
                  ['Place', 'Mayfair'],
                ]}
              />
            </Card>
            <Card title={`Bookings, ${scheme}`} flush>
              <Table caption="Bookings" columns={COLUMNS} rows={ROWS} rowKey={(row) => row.ref} sort="ref" />
            </Card>
          </>
        )}
      />
      <Part
        name="Tabs"
        says="Views of one page, each with its own address and its count."
        show={(scheme) => (
          <Tabs
            label={`Views, ${scheme}`}
            tabs={[
              { label: 'All open', to: '?', current: true, count: 38 },
              { label: 'Mine', to: '?', current: false, count: 4 },
              { label: 'Completed', to: '?', current: false },
            ]}
          />
        )}
      />
      <Part
        name="States"
        says="Nothing here, on its way, could not be read, refused, offline: each has its words and a way on."
        show={() => (
          <>
            <div className="rounded-lg border border-line bg-surface">
              <EmptyState title="Nothing waits for you" action={<Button small>New task</Button>}>
                New tasks and exceptions appear here by themselves.
              </EmptyState>
            </div>
            <div className="rounded-lg border border-line bg-surface">
              <ListSkeleton rows={2} />
            </div>
            <PartError again={<Button small>Try again</Button>}>The timeline could not be read.</PartError>
            <ProblemNote
              problem={{ status: 409, code: 'taken', title: 'That time is taken', detail: 'another booking holds it.' }}
            />
            <Callout tone="warn">Offline · last updated 14:32:07</Callout>
            <Callout tone="good">Deposit received.</Callout>
          </>
        )}
      />
      <Part
        name="Progress"
        says="How far, when that is known; else only that it goes on."
        show={() => (
          <>
            <Progress label="Resolving" done={9} of={14} />
            <Progress label="Reading" />
          </>
        )}
      />
      <Part
        name="Charts"
        says="Where looking is quicker than reading; the figures are always there too."
        show={() => <Charts />}
      />
      <Part
        name="Timeline"
        says="What happened, newest first."
        show={() => (
          <Timeline
            items={[
              { id: '2', at: '2026-11-21T14:02:00Z', title: 'Confirmed', by: 'Priya Shah' },
              { id: '1', at: '2026-11-21T12:40:00Z', title: 'Deposit received', body: '£250.00 by card', by: 'Virel' },
            ]}
          />
        )}
      />
      <Part
        name="Board"
        says="Work by state. A column says whether what is carried may be put down."
        show={(scheme) => <SampleBoard scheme={scheme} />}
      />
      <Part
        name="Side panel"
        says="One thing of the list beside the list; the whole page on a phone."
        show={(scheme) => (
          <div className="relative h-64 [contain:layout]">
            <div className="h-full [&>aside]:h-full">
              <SidePanel
                title={`Call Jane Example back, ${scheme}`}
                lead={<span>T-77</span>}
                onClose={() => undefined}
                footer={<Button tone="primary">Done</Button>}
              >
                <p className="text-sm">Details, timeline, notes.</p>
              </SidePanel>
            </div>
          </div>
        )}
      />
    </>
  )
}

function Badges() {
  const now = useNow()
  const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
  return (
    <>
      <State of="badges">
        {TONES.map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
      </State>
      <State of="statuses">
        <StatusBadge tone="good" label="Confirmed" />
        <StatusBadge tone="warn" label="Deposit required" />
        <StatusBadge tone="bad" label="No show" />
      </State>
      <State of="urgency">
        <Urgency level="critical" /> <Urgency level="high" /> <Urgency level="medium" /> <Urgency level="normal" />
      </State>
      <State of="people">
        <Avatar name="Priya Shah" />
        <Avatar name="Tom Okafor" small />
        <AvatarGroup
          label="Here now"
          people={[
            { name: 'Priya Shah', doing: 'is writing' },
            { name: 'Tom Okafor' },
            { name: 'Ann Lee' },
            { name: 'Marcus Bell' },
          ]}
        />
      </State>
      <State of="time">
        <Countdown until={at(95)} /> <Countdown until={at(9)} /> <Countdown until={at(-37)} /> <Ago at={at(-180)} />
      </State>
      <State of="keys">
        <Kbd keys={['j']} /> <Kbd keys={['g', 'a']} /> <Kbd keys={['Escape']} /> <Kbd keys={['Mod', 'K']} />
      </State>
    </>
  )
}

function Charts() {
  return (
    <>
      <Figures label="Figures" of={2}>
        <Figure
          name="Inquiries today"
          value="38"
          note="usually 28.5 a day"
          to="?"
          trend={{ label: 'Last week', values: WEEKLY }}
        />
        <Figure name="Past their deadline" value="3" tone="bad" to="?" />
      </Figures>
      <DayBars caption="Bookings by day" parts={['Confirmed', 'Not confirmed yet']} days={FORTNIGHT} />
      <div className="flex items-center gap-3">
        <span className="text-2xl font-semibold">38</span>
        <Sparkline label="Open, last seven days" values={[22, 25, 31, 28, 35, 33, 38]} />
      </div>
      <LineChart
        caption="Inquiries and bookings"
        steps={WEEK}
        series={[
          { name: 'Inquiries', values: [22, 25, 31, 28, 35, 33, 38] },
          { name: 'Bookings', values: [9, 11, 10, 14, 13, 19, 17] },
        ]}
      />
      <BarChart
        caption="Inquiries under way"
        bars={[
          { label: 'New', value: 9 },
          { label: 'Qualified', value: 6 },
          { label: 'Awaiting deposit', value: 2 },
        ]}
      />
    </>
  )
}

function SampleBoard({ scheme }: { scheme: string }) {
  return (
    <Board label={`Tasks by state, ${scheme}`}>
      <BoardColumn title="Open" count={2}>
        <li>
          <BoardCard>Call Jane Example back</BoardCard>
        </li>
        <li>
          <BoardCard lifted>Check who C-392 is</BoardCard>
        </li>
      </BoardColumn>
      <BoardColumn title="In progress" count={1} over="yes">
        <li>
          <BoardCard>Send the itinerary</BoardCard>
        </li>
      </BoardColumn>
      <BoardColumn title="Done" count={0} over="no" note="It has to be started first.">
        {null}
      </BoardColumn>
    </Board>
  )
}

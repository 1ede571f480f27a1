import { Check, Ellipsis, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Refused } from '../../problem.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { AskDialog, Dialog } from '../../ui/dialog.tsx'
import { ActionForm, Checkbox, CheckboxGroup, Field, Input, MoneyInput, Select, Textarea } from '../../ui/form.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuLine } from '../../ui/menu.tsx'
import { Popover, Tooltip } from '../../ui/popover.tsx'
import { ProblemNote } from '../../ui/problem-note.tsx'
import { FilterChip, Segments } from '../../ui/segments.tsx'
import { ConfirmDialog, Step } from '../../ui/step.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { Part, State } from './sample.tsx'

const TONES = ['primary', 'secondary', 'quiet', 'danger', 'quiet-danger'] as const
const REFUSED: Refused = {
  intent: 'sample',
  problem: {
    status: 422,
    code: 'invalid',
    title: 'Some fields need attention',
    detail: 'One field needs attention.',
    errors: [{ path: 'email', message: 'is not an email address' }],
  },
  values: { email: ['jane@'] },
}

export function Controls() {
  return (
    <>
      <Part
        name="Buttons"
        says="One primary button in a group: what is expected next. What ends something asks first and is never primary."
        show={() => (
          <>
            <State of="tones">
              {TONES.map((tone) => (
                <Button key={tone} tone={tone}>
                  {tone === 'primary' ? 'Confirm' : tone === 'danger' ? 'Cancel it' : tone}
                </Button>
              ))}
            </State>
            <State of="small">
              {TONES.map((tone) => (
                <Button key={tone} tone={tone} small>
                  {tone}
                </Button>
              ))}
            </State>
            <State of="with a sign">
              <Button icon={<Plus aria-hidden="true" className="size-3.5" />}>New task</Button>
              <IconButton label="More">
                <Ellipsis aria-hidden="true" className="size-4" />
              </IconButton>
              <IconButton label="Remove" tone="secondary" small>
                <Trash2 aria-hidden="true" className="size-3.5" />
              </IconButton>
              <Button tone="secondary">
                Assign <Kbd keys={['a']} />
              </Button>
            </State>
            <State of="states">
              <Button aria-pressed>Pressed</Button>
              <Button tone="primary" aria-busy>
                Saving…
              </Button>
              <Button disabled>Not now</Button>
            </State>
          </>
        )}
      />
      <Part
        name="Fields"
        says="A label always, a hint where it helps, a message at the field it is about."
        show={() => <Fields />}
      />
      <Part
        name="Choices"
        says="Few choices stand side by side; filters in force are chips that can be taken off."
        show={(scheme) => (
          <>
            <div>
              <ChosenSegments />
            </div>
            <div className="flex flex-wrap gap-1.5">
              <FilterChip name="Priority" value="High" without="?" />
              <FilterChip name="With" value="Mine" without="?" />
              <button type="button" className="chip">
                <Plus aria-hidden="true" className="size-3" /> Filter
              </button>
            </div>
            <CheckboxGroup legend="Services">
              <Checkbox name={`service-${scheme}`} value="dinner" label="Dinner" defaultChecked />
              <Checkbox name={`service-${scheme}`} value="gallery" label="Gallery" />
              <Checkbox name={`service-${scheme}`} value="opera" label="Opera, not offered here" disabled />
              <Checkbox type="radio" name={`one-${scheme}`} value="1" label="One" defaultChecked />
              <Checkbox type="radio" name={`one-${scheme}`} value="2" label="Or the other" />
            </CheckboxGroup>
          </>
        )}
      />
      <Part
        name="Menus, popovers, tooltips"
        says="They open at once and close on Escape, with the focus back where it was. Closed choices say why."
        show={() => <Floating />}
      />
      <Part
        name="Dialogs and confirmations"
        says="A dialog only for what can't be taken back; the safe answer has the focus. Where scripts are missing a step opens in the page."
        show={() => <Asking />}
      />
      <Part
        name="Toasts"
        says="What was done, with its way back. They wait while they are looked at; a refusal stays longer."
        show={() => <Toasting />}
      />
    </>
  )
}

function Fields() {
  return (
    <ActionForm intent="sample" refused={REFUSED} className="grid gap-3 sm:grid-cols-2">
      <div className="sm:col-span-2">
        <ProblemNote problem={REFUSED.problem} own={['email']} />
      </div>
      <Field name="name" label="Name" required>
        <Input defaultValue="Jane Example" autoComplete="off" />
      </Field>
      <Field name="email" label="Email" hint="Where the confirmation goes.">
        <Input type="email" autoComplete="off" />
      </Field>
      <Field name="place" label="Place">
        <Select empty="Anywhere" options={[{ value: 'mayfair', label: 'Mayfair' }]} />
      </Field>
      <Field name="deposit" label="Deposit">
        <MoneyInput placeholder="250.00" />
      </Field>
      <Field name="closed" label="Not open to you">
        <Input disabled defaultValue="Only finance changes this" />
      </Field>
      <Field name="note" label="Note" className="sm:col-span-2">
        <Textarea rows={2} placeholder="Write a note" />
      </Field>
    </ActionForm>
  )
}

function ChosenSegments() {
  const [view, setView] = useState('list')
  return (
    <Segments
      label="View"
      value={view}
      onChoose={setView}
      segments={[
        { value: 'list', label: 'List' },
        { value: 'board', label: 'Board' },
      ]}
    />
  )
}

function Floating() {
  const [late, setLate] = useState(true)
  return (
    <div className="flex flex-wrap gap-2">
      <Menu label="Change status" align="start" trigger={<Button>Change status</Button>}>
        <MenuLabel>T-77 is open</MenuLabel>
        <MenuItem keys={['1']}>Start</MenuItem>
        <MenuItem disabled hint="It has to be started first.">
          Done
        </MenuItem>
        <MenuLine />
        <MenuCheck checked={late} onChange={setLate}>
          Only late ones
        </MenuCheck>
        <MenuItem tone="danger">Cancel…</MenuItem>
      </Menu>
      <Popover label="Why?" align="start" trigger={<Button>Dismiss…</Button>}>
        <p className="text-sm">A small form with what the step needs.</p>
      </Popover>
      <Tooltip text="Assign to me" keys={['a']}>
        <IconButton label="Assign to me" tone="secondary">
          <Check aria-hidden="true" className="size-4" />
        </IconButton>
      </Tooltip>
    </div>
  )
}

function Asking() {
  const [open, setOpen] = useState<'dialog' | 'ask' | null>(null)
  const close = () => setOpen(null)
  return (
    <div className="flex flex-wrap items-start gap-2">
      <Button onClick={() => setOpen('dialog')}>Open a dialog</Button>
      <Button onClick={() => setOpen('ask')}>Ask first</Button>
      <Step label="A step">
        <p className="text-sm">Opens in the page.</p>
      </Step>
      <ConfirmDialog label="Without scripts" question="This can not be taken back.">
        <Button tone="danger">Yes, end it</Button>
      </ConfirmDialog>
      <Dialog open={open === 'dialog'} onClose={close} title="New task" description="It appears in the Action Center at once.">
        <Button onClick={close}>Close</Button>
      </Dialog>
      <AskDialog
        open={open === 'ask'}
        onClose={close}
        onYes={close}
        title="Cancel booking B-1235?"
        description="Its time is given free, the client is told. This can not be taken back."
        yes="Cancel the booking"
      />
    </div>
  )
}

function Toasting() {
  const { show } = useToasts()
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        onClick={() =>
          show({ tone: 'good', text: 'T-77 is done.', action: { label: 'Undo', keys: ['z'], run: () => undefined } })
        }
      >
        Done, with a way back
      </Button>
      <Button onClick={() => show({ tone: 'bad', text: 'T-77 was not closed: Priya Shah closed it a moment ago.' })}>
        Refused
      </Button>
      <Button onClick={() => show({ tone: 'info', text: '12 of 14 are done, two were refused.' })}>Said</Button>
    </div>
  )
}

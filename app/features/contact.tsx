import { useRevalidator } from '@remix-run/react'
import { useEffect } from 'react'
import { paths } from '../paths.ts'
import type { Refused } from '../problem.ts'
import { Badge, words } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { KeyValues } from '../ui/card.tsx'
import { Countdown } from '../ui/countdown.tsx'
import { ActionForm, Field, FormProblem, Submit, Textarea } from '../ui/form.tsx'
import { Step } from '../ui/step.tsx'

/** How a client is reached. Masked values are shown as they are and are no links. */
export function Contact({
  client,
  contact,
  linked,
}: {
  client: { id: string; ref: string; name: string }
  contact: { email: string | null; phone: string | null; preferredChannel: string; tags?: string[] }
  linked: boolean
}) {
  return (
    <KeyValues
      items={[
        [
          'Name',
          linked ? (
            <TextLink key="name" to={paths.clients.detail(client.id)}>
              {client.name}
            </TextLink>
          ) : (
            client.name
          ),
        ],
        contact.phone !== null && ['Phone', <Reach key="phone" scheme="tel:" value={contact.phone} />],
        contact.email !== null && ['Email', <Reach key="email" scheme="mailto:" value={contact.email} />],
        ['Prefers', words(contact.preferredChannel)],
        contact.tags !== undefined && contact.tags.length > 0 && ['Tags', <ClientTags key="tags" tags={contact.tags} />],
      ]}
    />
  )
}

export interface ContactAccess {
  state: 'full' | 'revealed' | 'masked'
  until: string | null
  mayReveal: boolean
}

/** Shows a masked contact for a while, for a reason that is recorded; while it is shown, how long yet. */
export function ContactReveal({ access, clientId, refused }: { access: ContactAccess; clientId: string; refused?: Refused }) {
  if (access.state === 'revealed' && access.until) {
    return (
      <ActionForm
        intent="endReveal"
        refused={refused}
        carry={{ clientId }}
        className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn-ink"
      >
        <FormProblem className="w-full" />
        <span className="flex-1">
          Shown to you, <HideWhenOver until={access.until} />
        </span>
        <Submit tone="secondary" small busy="Hiding…">
          Hide now
        </Submit>
      </ActionForm>
    )
  }
  if (access.state !== 'masked' || !access.mayReveal) return null
  return (
    <Step label="Show contact" small open={refused?.intent === 'reveal'} className="mt-3">
      <ActionForm intent="reveal" refused={refused} carry={{ clientId }} className="flex flex-col gap-2">
        <FormProblem own={['reason']} />
        <Field name="reason" label="What do you need it for?" required hint="Shown for 15 minutes. The reason is recorded.">
          <Textarea rows={2} minLength={5} maxLength={500} />
        </Field>
        <Submit small className="self-start" busy="Showing…">
          Show for 15 minutes
        </Submit>
      </ActionForm>
    </Step>
  )
}

/** Asks the page anew when the time is up, so that what may not be seen any more is gone from the screen too. */
function HideWhenOver({ until }: { until: string }) {
  const { revalidate } = useRevalidator()
  useEffect(() => {
    const timer = setTimeout(revalidate, Math.max(0, Date.parse(until) - Date.now()) + 500)
    return () => clearTimeout(timer)
  }, [until, revalidate])
  return <Countdown until={until} soonMinutes={3} />
}

export function Reach({ scheme, value }: { scheme: 'tel:' | 'mailto:'; value: string }) {
  if (value.includes('***')) return <span>{value}</span>
  return (
    <a href={`${scheme}${value}`} className="link wrap-anywhere">
      {value}
    </a>
  )
}

export function ClientTags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null
  return (
    <span className="inline-flex flex-wrap gap-1">
      {tags.map((tag) => (
        <Badge key={tag} tone={tag === 'blacklist' ? 'bad' : tag === 'vip' ? 'plum' : 'neutral'}>
          {words(tag)}
        </Badge>
      ))}
    </span>
  )
}

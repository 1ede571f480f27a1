import { paths } from '../paths.ts'
import { Badge, words } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { KeyValues } from '../ui/card.tsx'

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

export function Reach({ scheme, value }: { scheme: 'tel:' | 'mailto:'; value: string }) {
  if (value.includes('***')) return <span title="Shown in full to the person it is assigned to">{value}</span>
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

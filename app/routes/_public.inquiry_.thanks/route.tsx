import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { paths } from '../../paths.ts'
import { screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'

export const meta: MetaFunction = () => [{ title: 'Thank you · Virel' }, { name: 'robots', content: 'noindex' }]

export const loader = screen(async ({ url }) => {
  const ref = url.searchParams.get('ref') ?? ''
  return { ref: /^Q-\d{1,12}$/.test(ref) ? ref : null }
})

export default function Thanks() {
  const { ref } = useLoaderData<typeof loader>()
  return (
    <div className="mx-auto max-w-2xl px-4 py-16">
      <h1 className="text-2xl font-semibold tracking-tight">Thank you, your inquiry is with us</h1>
      {ref ? (
        <p className="mt-3 text-lg">
          Your reference is <strong>{ref}</strong>. Mention it when you write or call.
        </p>
      ) : null}
      <p className="mt-2 text-muted">
        Someone of the agency reads it now and answers you by email or phone. Nothing is booked until you have agreed.
      </p>
      <div className="mt-6">
        <LinkButton to={paths.home()}>Back to the start page</LinkButton>
      </div>
    </div>
  )
}

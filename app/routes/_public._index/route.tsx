import type { MetaFunction } from '@remix-run/node'
import { paths } from '../../paths.ts'
import { LinkButton } from '../../ui/button.tsx'

export const meta: MetaFunction = () => [
  { title: 'Virel · Hosts, performers, guides and companions for your event' },
  {
    name: 'description',
    content: 'Tell us what you plan. We find who is right for it, hold the time, and confirm it with you.',
  },
]

const STEPS = [
  {
    title: 'Tell us what you plan',
    text: 'Where, when, and what for. A few lines are enough; it takes two minutes.',
  },
  {
    title: 'We suggest who fits',
    text: 'Someone who is free at that hour, works at that place and does what you need.',
  },
  {
    title: 'You agree, the time is yours',
    text: 'The hour is held for you until your deposit arrives. Then it is confirmed, and nobody else can take it.',
  },
]

const OFFERS = [
  ['Hosts and hostesses', 'Receptions, trade fairs, launches and private dinners.'],
  ['Performers', 'Music, dance, magic and circus, for a stage or between tables.'],
  ['Photo models', 'Fashion, commercial and editorial, in a studio or outside.'],
  ['Guides and companions', 'London with someone who knows it; company for an evening out.'],
  ['Interpreters', 'At the table, on the stand, on the phone.'],
  ['Wellness', 'Massage at your office, your hotel, or ours.'],
] as const

export default function Home() {
  return (
    <>
      <section className="border-b border-line bg-surface">
        <div className="mx-auto max-w-5xl px-4 py-16 sm:py-24">
          <h1 className="max-w-2xl text-3xl font-semibold tracking-tight text-balance sm:text-[2.75rem] sm:leading-[1.12]">
            The right people for your event, at the hour you need them.
          </h1>
          <p className="mt-4 max-w-xl text-lg text-muted">
            Hosts, performers, photo models, guides, interpreters and companions in London. Tell us what you plan; we answer the
            same day.
          </p>
          <div className="mt-6 flex flex-wrap gap-2">
            <LinkButton to={paths.inquiry()} tone="primary" className="min-h-10! px-4! text-base!">
              Send an inquiry
            </LinkButton>
          </div>
        </div>
      </section>
      <section aria-labelledby="how" className="mx-auto max-w-5xl px-4 py-12">
        <h2 id="how" className="text-xl font-semibold tracking-tight">
          How it works
        </h2>
        <ol className="mt-5 grid gap-6 sm:grid-cols-3">
          {STEPS.map((step, at) => (
            <li key={step.title} className="border-t-2 border-accent pt-3">
              <p className="text-sm font-medium text-muted">{at + 1}</p>
              <h3 className="mt-1 text-lg font-semibold">{step.title}</h3>
              <p className="mt-1 text-muted">{step.text}</p>
            </li>
          ))}
        </ol>
      </section>
      <section aria-labelledby="offers" className="mx-auto max-w-5xl px-4 pb-16">
        <h2 id="offers" className="text-xl font-semibold tracking-tight">
          Who you can ask for
        </h2>
        <dl className="mt-5 grid gap-x-8 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
          {OFFERS.map(([name, text]) => (
            <div key={name}>
              <dt className="font-semibold">{name}</dt>
              <dd className="text-muted">{text}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  )
}

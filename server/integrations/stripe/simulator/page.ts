import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Bank, Refused } from './bank.ts'
import type { Courier } from './deliver.ts'
import type { Faults } from './faults.ts'
import { parseForm, textOf } from './form.ts'
import { html, list, type Markup, row } from './markup.ts'
import { CARDS, type Charge, type Dispute, type Intent, type Refund, type StoredEvent } from './objects.ts'
import type { Store } from './store.ts'

export interface PageDeps {
  store: Store
  bank: Bank
  courier: Courier
  faults: Faults
}

const SHOWN = 50

/** The stand-in's own page: what there is, and buttons that make things happen which Stripe's test mode can't be asked for. */
export async function showPage(
  deps: PageDeps,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: () => Promise<string>,
): Promise<void> {
  if (url.pathname !== '/') return end(response, 404, 'Nothing here.')
  if (request.method === 'GET') return end(response, 200, page(deps, url.searchParams.get('said') ?? ''))
  // Only this page's own forms: another site's would come with its own origin.
  const site = request.headers['sec-fetch-site']
  if (request.method !== 'POST' || (site !== undefined && site !== 'same-origin')) return end(response, 403, 'Refused.')
  const form = parseForm(await body())
  let said: string
  try {
    said = await act(deps, textOf(form, 'act') ?? '', textOf(form, 'id') ?? '', (name) => textOf(form, name) ?? '')
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    said = `Refused: ${error.message}`
  }
  response.writeHead(303, { location: `/?said=${encodeURIComponent(said)}` })
  response.end()
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    'cache-control': 'no-store',
  })
  response.end(text)
}

async function act(deps: PageDeps, name: string, id: string, value: (name: string) => string): Promise<string> {
  const { store, bank, courier, faults } = deps
  switch (name) {
    case 'pay': {
      const card = CARDS[value('card')]
      return card ? `${id} is ${bank.confirm(id, card).status}` : 'No such card.'
    }
    case 'authenticate':
      return `${id} is ${bank.authenticate(id, value('passed') === 'true').status}`
    case 'complete':
      return `${id} is ${bank.complete(id).status}`
    case 'refund':
      return `Refunded by the provider: ${bank.refund({ intentId: id, amount: undefined, metadata: {} }).id}`
    case 'fail_refund':
      return `${bank.failRefund(id).id} came back`
    case 'dispute':
      return `Disputed: ${bank.dispute(id).id}`
    case 'close_dispute':
      return `${id} is ${bank.closeDispute(id, value('outcome') === 'won' ? 'won' : 'lost').status}`
    case 'resend': {
      const event = store.get<StoredEvent>(id, 'event')
      return event ? `${id} brought again: ${(await courier.bring(event)) ?? 'no answer'}` : 'No such event.'
    }
    case 'resend_old': {
      const event = store.get<StoredEvent>(id, 'event')
      const old = Math.floor(Date.now() / 1_000) - 3_600
      return event
        ? `${id} brought with an hour-old signature: ${(await courier.bring(event, old)) ?? 'no answer'}`
        : 'No such event.'
    }
    case 'flush':
      courier.flush()
      return 'What was held back is on its way.'
    case 'mood':
      courier.mood.delayMs = Math.min(Math.max(Number(value('delay')) || 0, 0), 3_600) * 1_000
      courier.mood.times = Math.min(Math.max(Math.floor(Number(value('times')) || 1), 1), 10)
      courier.mood.shuffled = value('shuffled') === 'on'
      courier.mood.held = value('held') === 'on'
      return 'Webhooks are brought this way from now on.'
    case 'faults':
      for (const kind of ['accept_then_time_out', 'server_error', 'slow', 'rate_limited'] as const)
        faults.rates[kind] = Math.min(Math.max(Number(value(kind)) || 0, 0), 100) / 100
      faults.rates.down = value('down') === 'on'
      return 'The API answers this way from now on.'
    default:
      return 'Nothing was done.'
  }
}

const money = (amount: number, currency: string) =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency: currency.toUpperCase() }).format(amount / 100)
const time = (seconds: number) => new Date(seconds * 1_000).toISOString().replace('T', ' ').slice(0, 19)

function button(name: string, id: string, label: string, more: Record<string, string> = {}): Markup {
  const fields = Object.entries(more).map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}">`)
  return html`<form method="post"><input type="hidden" name="act" value="${name}"><input type="hidden" name="id" value="${id}">${list(fields)}<button>${label}</button></form>`
}

const CARD_LABELS: readonly [string, string][] = [
  ['4242424242424242', 'Pay'],
  ['4000000000000002', 'Decline'],
  ['4000000000003155', '3-D Secure'],
  ['4000000000000077', 'Pay late'],
]

function stepsOf(intent: Intent, charge: Charge | undefined): Markup {
  switch (intent.status) {
    case 'requires_payment_method':
      return list(CARD_LABELS.map(([card, label]) => button('pay', intent.id, label, { card })))
    case 'requires_action':
      return list([
        button('authenticate', intent.id, 'Bank says yes', { passed: 'true' }),
        button('authenticate', intent.id, 'Bank says no', { passed: 'false' }),
      ])
    case 'processing':
      return button('complete', intent.id, 'Let it go through now')
    case 'succeeded':
      return charge?.disputed || charge?.refunded
        ? html``
        : list([button('refund', intent.id, 'Refund here'), button('dispute', intent.id, 'Dispute')])
    default:
      return html``
  }
}

function page({ store, courier, faults }: PageDeps, said: string): string {
  const intents = store.list<Intent>('payment_intent').slice(0, SHOWN)
  const { mood } = courier
  const { rates } = faults
  const checked = (on: boolean) => (on ? html` checked` : html``)
  const percent = (name: keyof typeof rates, label: string) =>
    html`<label>${label} <input name="${name}" type="number" min="0" max="100" value="${String(Math.round(Number(rates[name]) * 100))}"> %</label>`
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Stripe simulator · Virel</title><style>
:root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;margin:0 auto;max-width:75rem;padding:1rem}
.banner{background:#a15c00;color:#fff;padding:.5rem 1rem;border-radius:.4rem}.said{padding:.5rem 1rem;border:1px solid currentColor;border-radius:.4rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .5rem;border-bottom:1px solid #8884;vertical-align:top}
form{display:inline-flex;flex-wrap:wrap;gap:.5rem;margin:0 .3rem .3rem 0;align-items:center}input[type=number]{width:5rem}.scroll{overflow-x:auto}
code{font-size:12px}</style></head><body>
<p class="banner"><strong>SIMULATOR.</strong> This stands in for Stripe on this machine. No money moves.</p>
<h1>Stripe simulator</h1>${said ? html`<p class="said" role="status">${said}</p>` : html``}
<h2>How webhooks are brought</h2>
<form method="post"><input type="hidden" name="act" value="mood">
<label>Wait <input name="delay" type="number" min="0" max="3600" value="${String(mood.delayMs / 1_000)}"> s</label>
<label>Bring each <input name="times" type="number" min="1" max="10" value="${String(mood.times)}"> times</label>
<label><input type="checkbox" name="shuffled"${checked(mood.shuffled)}> out of order</label>
<label><input type="checkbox" name="held"${checked(mood.held)}> only when asked</label><button>Set</button></form>
${button('flush', '', `Bring what is waiting (${courier.waiting().length})`)}
<h2>How the API fails</h2>
<form method="post"><input type="hidden" name="act" value="faults">${percent('accept_then_time_out', 'Does it, then times out')}${percent('server_error', '500')}${percent('slow', 'Slow 30 s')}${percent('rate_limited', '429')}
<label><input type="checkbox" name="down"${checked(rates.down)}> down</label><button>Set</button></form>
<h2>Payments</h2><div class="scroll"><table><thead>${row('th', ['Payment intent', 'For', 'Amount', 'Status', 'Made', 'Make happen'])}</thead><tbody>${list(
    intents.map((intent) => {
      const charge = intent.latest_charge ? store.get<Charge>(intent.latest_charge, 'charge') : undefined
      const state = intent.last_payment_error ? `${intent.status}: ${intent.last_payment_error.message}` : intent.status
      return row('td', [
        html`<code>${intent.id}</code>`,
        intent.description ?? '',
        money(intent.amount, intent.currency),
        charge?.amount_refunded ? `${state}, ${money(charge.amount_refunded, charge.currency)} given back` : state,
        time(intent.created),
        stepsOf(intent, charge),
      ])
    }),
  )}</tbody></table></div>
<h2>Refunds and disputes</h2><div class="scroll"><table><thead>${row('th', ['Object', 'Of', 'Amount', 'Status', 'Make happen'])}</thead><tbody>${list(
    [
      ...store
        .list<Refund>('refund')
        .slice(0, SHOWN)
        .map((refund) =>
          row('td', [
            html`<code>${refund.id}</code>`,
            html`<code>${refund.payment_intent}</code>`,
            money(refund.amount, refund.currency),
            refund.status,
            refund.status === 'succeeded' ? button('fail_refund', refund.id, 'Let it come back') : html``,
          ]),
        ),
      ...store
        .list<Dispute>('dispute')
        .slice(0, SHOWN)
        .map((dispute) =>
          row('td', [
            html`<code>${dispute.id}</code>`,
            html`<code>${dispute.payment_intent}</code>`,
            money(dispute.amount, dispute.currency),
            dispute.status,
            dispute.status === 'needs_response'
              ? list([
                  button('close_dispute', dispute.id, 'Won', { outcome: 'won' }),
                  button('close_dispute', dispute.id, 'Lost', { outcome: 'lost' }),
                ])
              : html``,
          ]),
        ),
    ],
  )}</tbody></table></div>
<h2>Events</h2><div class="scroll"><table><thead>${row('th', ['Event', 'Type', 'At', 'Last answer', 'Bring'])}</thead><tbody>${list(
    store
      .list<StoredEvent>('event')
      .slice(0, SHOWN)
      .map((event) => {
        const last = courier.log.find((delivery) => delivery.event === event.id)
        return row('td', [
          html`<code>${event.id}</code>`,
          event.type,
          time(event.created),
          last ? (last.status === null ? 'none' : String(last.status)) : '–',
          list([button('resend', event.id, 'Again'), button('resend_old', event.id, 'With an old signature')]),
        ])
      }),
  )}</tbody></table></div></body></html>`.text
}

import type { FormReader } from '../../form.server.ts'
import { problemFrom } from '../../problem.server.ts'
import type { Done, Screen } from '../../screen.server.ts'
import { moneyText } from '../../ui/money.tsx'

type Api = Screen['api']
type Booking = Awaited<ReturnType<Api['bookings']['get']>>

/** The payment links of a booking for their card; null for who may not move bookings. */
export async function linksOf(api: Api, may: Screen['may'], booking: Pick<Booking, 'id'> | Booking) {
  if (!may('bookings.transition')) return null
  try {
    const [{ items }, found] = await Promise.all([
      api.checkout.links({ id: booking.id }),
      'price' in booking ? booking : api.bookings.get({ id: booking.id }),
    ])
    const { id, status, version, price, depositRequired: deposit, depositStatus, place } = found
    return { items, booking: { id, status, version, price, deposit, depositPaid: depositStatus === 'paid', zone: place.zone } }
  } catch (error) {
    // A booking that is with somebody else is not this person's to ask money for.
    if (problemFrom(error)?.code === 'not_found') return null
    throw error
  }
}

/** What the card posts, to whichever page it stands on. */
export const linkActions = {
  'link-make': async (form: FormReader, { api, url }: Screen): Promise<Done> => {
    const by = form.pick('by', ['amount', 'percent']) ?? 'amount'
    const amount = by === 'amount' ? form.money('amount', form.optional('currency')) : undefined
    const percent = by === 'percent' ? form.whole('percent') : undefined
    const deadline = form.time('deadline', form.text('zone') || 'Europe/London')
    const version = form.version()
    form.check()
    const link = await api.checkout.makeLink({ id: form.text('bookingId'), version, amount, percent, deadline })
    return { to: url.pathname, say: `Deposit link of ${moneyText(link.amount)} made as ${link.paymentRef}.` }
  },
  'link-send': async (form: FormReader, { api, url }: Screen): Promise<Done> => {
    const link = await api.checkout.sendLink({ paymentId: form.text('paymentId') })
    return { to: url.pathname, say: `The link of ${link.paymentRef} goes to the client by email.` }
  },
  'link-expire': async (form: FormReader, { api, url }: Screen): Promise<Done> => {
    const link = await api.checkout.expireLink({ paymentId: form.text('paymentId') })
    return { to: url.pathname, say: `The link of ${link.paymentRef} opens nothing any more.` }
  },
}

import { command, mutation, query, router } from '#server/trpc/init.ts'
import { cancelByLink, previewByLink } from './cancel-by-link.ts'
import * as schema from './checkout.schema.ts'
import { makeDepositLink } from './deposit-link.ts'
import { expireLink } from './expire-link.ts'
import { readLink, readLinks } from './read-links.ts'
import { sendLink } from './send-link.ts'
import { readCheckout } from './show-checkout.ts'
import { answerTestBank, payWithTestCard } from './test-cards.ts'

const byLink = 'whoever holds the link: its token’s hash finds one payment; unknown, ended and replaced ones are answered alike'
const ofBooking = 'visibleBookings: assigned to the actor or to nobody, unless bookings.read_all'

export const checkoutRouter = router({
  state: query({
    access: 'public',
    policy: byLink,
    summary: 'What the page of a payment link shows now',
    input: schema.byToken,
    output: schema.checkoutOut,
    run: (ctx, { token }) => readCheckout(ctx, token),
  }),
  payWithTestCard: command({
    access: 'public',
    policy: byLink,
    summary: 'Pay by a link with a test card; only where the simulator stands in',
    input: schema.testCardInput,
    output: schema.sentOut,
    run: payWithTestCard,
  }),
  answerTestBank: command({
    access: 'public',
    policy: byLink,
    summary: 'Answer the question of the simulator’s bank',
    input: schema.testBankInput,
    output: schema.sentOut,
    run: answerTestBank,
  }),
  cancelPreview: query({
    access: 'public',
    policy: byLink,
    summary: 'What cancelling the booking of a link gives its client back, now and later',
    input: schema.byToken,
    output: schema.cancelPreviewOut,
    run: (ctx, { token }) => previewByLink(ctx, token),
  }),
  cancel: mutation({
    access: 'public',
    policy: byLink,
    summary: 'Cancel the booking of a link as its client; gives back what its page said',
    input: schema.cancelInput,
    output: schema.checkoutOut,
    run: async (tx, input, ctx) => {
      await cancelByLink(tx, ctx, input)
      return readCheckout(ctx, input.token)
    },
  }),
  links: query({
    access: 'bookings.transition',
    policy: ofBooking,
    summary: 'The payment links of a booking, newest first',
    rest: { method: 'GET', path: '/bookings/{id}/payments/links' },
    input: schema.ofBooking,
    output: schema.linksOut,
    run: (ctx, { id }) => readLinks(ctx, id),
  }),
  makeLink: mutation({
    access: 'bookings.transition',
    policy: ofBooking,
    summary: 'Ask for a deposit by a link; a booking that is only proposed is held from then on',
    rest: { method: 'POST', path: '/bookings/{id}/payments/link', status: 201 },
    input: schema.makeLinkInput,
    output: schema.madeLinkOut,
    run: async (tx, input, ctx) => readLink(ctx, (await makeDepositLink(tx, input)).paymentId),
  }),
  sendLink: mutation({
    access: 'bookings.transition',
    policy: ofBooking,
    summary: 'Send the client a payment link by email, again if need be',
    rest: { method: 'POST', path: '/payments/{paymentId}/link/send' },
    input: schema.ofPayment,
    output: schema.madeLinkOut,
    run: async (tx, { paymentId }, ctx) => {
      await sendLink(tx, paymentId)
      return readLink(ctx, paymentId)
    },
  }),
  expireLink: mutation({
    access: 'bookings.transition',
    policy: ofBooking,
    summary: 'End a payment link: it opens nothing any more, the booking stays as it is',
    rest: { method: 'POST', path: '/payments/{paymentId}/link/expire' },
    input: schema.ofPayment,
    output: schema.madeLinkOut,
    run: async (tx, { paymentId }, ctx) => {
      await expireLink(tx, paymentId)
      return readLink(ctx, paymentId)
    },
  }),
})

export { makePayout, payPayout } from './make-payout.ts'

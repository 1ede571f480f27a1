export { earnBooking, modelPart } from './earn.ts'
export {
  LEDGER_ACCOUNTS,
  type LedgerAccount,
  type LedgerEntry,
  type LedgerPosting,
  postLedger,
} from './post-ledger.ts'
export {
  type MovedMoney,
  postDisputeClosed,
  postDisputeOpened,
  postFee,
  postReceived,
  postRefunded,
} from './postings.ts'

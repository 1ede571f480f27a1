export type OutgoingReason =
  | 'forbidden_target'
  | 'unknown_name'
  | 'too_many_redirects'
  | 'forbidden_redirect'
  | 'too_large'
  | 'too_slow'
  | 'unreachable'

/** Why a request to the outside did not get its answer; the message is a sentence for people and shows no secret of the request. */
export class OutgoingRefusal extends Error {
  readonly reason: OutgoingReason
  /** False: nothing was sent. True: the other side may have received it and acted, so it must not be sent again blindly. */
  readonly mayHaveArrived: boolean
  constructor(
    reason: OutgoingReason,
    message: string,
    { mayHaveArrived = false, cause }: { mayHaveArrived?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.name = 'OutgoingRefusal'
    this.reason = reason
    this.mayHaveArrived = mayHaveArrived
  }
}

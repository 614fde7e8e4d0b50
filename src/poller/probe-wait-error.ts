/** Why a caller got no result: `timeout` its time is over; `not_polled` the credential is not polled (any more); `stopped` the poller was stopped. */
export type ProbeWaitReason = 'timeout' | 'not_polled' | 'stopped';

const MEANING = {
  timeout: 'No probe ended in the time allowed for credential',
  not_polled: 'No credential is polled under this name',
  stopped: 'Polling has stopped before a probe ended for credential',
} as const satisfies Record<ProbeWaitReason, string>;

/** Thrown by `probeNow` if the caller gets no result. */
export class ProbeWaitError extends Error {
  override readonly name = 'ProbeWaitError';
  readonly reason: ProbeWaitReason;

  constructor(reason: ProbeWaitReason, credential: string) {
    super(`${MEANING[reason]}: ${credential}`);
    this.reason = reason;
  }
}

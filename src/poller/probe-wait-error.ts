/** `timeout` the caller's patience ended; `not_polled` no such credential (any more); `stopped` the poller ended. */
export type ProbeWaitReason = 'timeout' | 'not_polled' | 'stopped';

const MEANING = {
  timeout: 'No probe ended in the time allowed for credential',
  not_polled: 'No credential is polled under this name',
  stopped: 'Polling has stopped before a probe ended for credential',
} as const satisfies Record<ProbeWaitReason, string>;

/** A probe that somebody asked for and waited for has given no result. */
export class ProbeWaitError extends Error {
  override readonly name = 'ProbeWaitError';
  readonly reason: ProbeWaitReason;

  constructor(reason: ProbeWaitReason, credential: string) {
    super(`${MEANING[reason]}: ${credential}`);
    this.reason = reason;
  }
}

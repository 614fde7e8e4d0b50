import type { Credential } from '../domain/credential.ts';
import { failed, type Reading } from '../domain/reading.ts';
import type { Timers } from '../kit/clock.ts';
import { redact } from '../kit/foreign-text.ts';
import type { Log } from '../kit/log.ts';

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

/** Sends one probe of a credential to the hub. Ends early if the signal aborts. */
export type Probe = (credential: Credential, signal: AbortSignal) => Promise<Reading>;

/** Contains the dependencies of `runProbe`. */
export interface ProbePorts {
  readonly probe: Probe;
  readonly timers: Timers;
  readonly log: Log;
}

/** How long after its own timeout a probe is aborted, in milliseconds (5 s). It should have ended by itself. */
const GRACE_MS = 5_000;

/**
 * Runs one probe and returns its reading. A probe that rejects or does not end, against its contract, becomes an internal
 * failure. Otherwise its credential would never be polled again, and its slot of the limiter would stay occupied.
 * @param abort aborts the probe; `runProbe` aborts it itself after the timeout of the credential plus 5 s
 * @returns undefined as soon as `abort` is aborted, even if the probe does not end
 */
export function runProbe(
  ports: ProbePorts,
  credential: Credential,
  abort: AbortController,
): Promise<Reading | undefined> {
  return new Promise((resolve) => {
    const settle = (reading: Reading | undefined) => {
      cancelTimer();
      abort.signal.removeEventListener('abort', onAbort);
      resolve(reading);
    };
    const onAbort = () => settle(undefined);
    const cancelTimer = ports.timers.after(credential.timeoutMs + GRACE_MS, () => {
      settle(internalFailure(ports.log, credential, new Error('The probe did not end in its time')));
      abort.abort();
    });
    abort.signal.addEventListener('abort', onAbort);
    probeSafely(ports, credential, abort.signal).then(settle);
  });
}

async function probeSafely(ports: ProbePorts, credential: Credential, signal: AbortSignal): Promise<Reading> {
  try {
    return await ports.probe(credential, signal);
  } catch (error) {
    // An aborted probe may reject; its result is discarded.
    if (signal.aborted) return failed('internal', 'The probe was aborted');
    return internalFailure(ports.log, credential, error);
  }
}

function internalFailure(log: Log, credential: Credential, error: unknown): Reading {
  log.error('A probe failed inside Headroom', { credential: credential.identity.name, error });
  return failed('internal', redact(error instanceof Error ? error.message : String(error)));
}

import type { Credential } from '../domain/credential.ts';
import { failed, type Reading } from '../domain/reading.ts';
import type { Timers } from '../kit/clock.ts';
import { redact } from '../kit/foreign-text.ts';
import type { Log } from '../kit/log.ts';

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

/** Asks the hub once. Ends early when the signal says so. */
export type Probe = (credential: Credential, signal: AbortSignal) => Promise<Reading>;

/** What running a probe needs. */
export interface ProbePorts {
  readonly probe: Probe;
  readonly timers: Timers;
  readonly log: Log;
}

/** How long after its own timeout a probe is given up, in milliseconds: it should have ended by itself. */
const GRACE_MS = 5_000;

/**
 * Runs one probe to its reading, whatever the probe does: one that rejects or hangs in spite of its contract is an
 * internal failure, because otherwise it would keep its credential, and one lane, from being polled ever again.
 * @returns undefined as soon as `abort` is aborted, even while the probe hangs
 */
export function runProbe(
  ports: ProbePorts,
  credential: Credential,
  abort: AbortController,
): Promise<Reading | undefined> {
  return new Promise((resolve) => {
    const settle = (reading: Reading | undefined) => {
      callOff();
      abort.signal.removeEventListener('abort', onAbort);
      resolve(reading);
    };
    const onAbort = () => settle(undefined);
    const callOff = ports.timers.after(credential.timeoutMs + GRACE_MS, () => {
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
    // An aborted probe may well reject; nobody waits for it any more.
    if (signal.aborted) return failed('internal', 'The probe was aborted');
    return internalFailure(ports.log, credential, error);
  }
}

function internalFailure(log: Log, credential: Credential, error: unknown): Reading {
  log.error('A probe failed inside Headroom', { credential: credential.identity.name, error });
  return failed('internal', redact(error instanceof Error ? error.message : String(error)));
}

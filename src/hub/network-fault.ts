import type { FailureReason } from '../domain/failure.ts';
import { type Failed, failed } from '../domain/reading.ts';
import { DeadlineExceeded } from '../kit/deadline.ts';
import { formatDuration } from '../kit/duration.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import { classifyFault, type FaultKind, ProxyFault } from '../kit/http/network-fault.ts';

const REASONS: Readonly<Record<FaultKind, readonly [FailureReason, words: string]>> = {
  timeout: ['timeout', 'No answer in time from'],
  dns: ['dns', 'Cannot resolve the name of'],
  connect: ['connect', 'Cannot connect to'],
  tls: ['tls', 'Cannot set up a trusted connection to'],
  reset: ['reset', 'The connection was cut by'],
  malformed_response: ['malformed_response', 'The answer is not valid HTTP, it came from'],
  unknown: ['internal', 'Unexpected error while sending a request to'],
};

/**
 * Returns the failure of a request that got no answer.
 * @param error the value that the HTTP client rejected with
 * @param peer the name of the server in the message, such as `the hub at registry-1.docker.io`
 */
export function classifyNetworkFault(error: unknown, peer: string): Failed {
  if (error instanceof ProxyFault) {
    // A proxy that does not answer may itself be waiting for Docker Hub.
    const reason = error.failure === 'silence' ? 'timeout' : 'proxy';
    return failed(reason, `No answer from ${peer}: ${error.message}`);
  }
  const { kind, evidence } = classifyFault(error);
  const [reason, words] = REASONS[kind];
  const message = error instanceof Error ? error.message : String(error);
  return failed(reason, `${words} ${peer}: ${kind === 'unknown' ? quoteForeign(message) : evidence}`);
}

/** Returns why a probe's signal was aborted, as a clause for the end of a message. */
export function abortReason({ reason }: AbortSignal): string {
  if (reason instanceof DeadlineExceeded)
    return `the probe's time of ${formatDuration(reason.timeoutMs)} is over`;
  return reason instanceof Error ? reason.message : 'the probe was cancelled';
}

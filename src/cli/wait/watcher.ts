import type { Config } from '../../config/config.ts';
import type { Credential } from '../../domain/credential.ts';
import { takeSnapshot } from '../../domain/credential-snapshot.ts';
import { advance, initialState } from '../../domain/credential-state.ts';
import { FORECAST_MEMORY_MS, forecast, whenLeft } from '../../domain/forecast/forecast.ts';
import type { TimeRange } from '../../domain/forecast/refill.ts';
import { pointOf, type SeriesPoint } from '../../domain/forecast/series-point.ts';
import { formatDuration } from '../../kit/duration.ts';
import { type CredentialJson, toCredentialJson } from '../../web/api/credential-json.ts';
import type { CommandContext, TextSink } from '../command.ts';
import { fetchCredentials, ServerAnswerError } from '../credentials/fetch-credentials.ts';
import { openHub } from '../credentials/probe-credentials.ts';
import type { HeadroomServer } from '../credentials/server-flags.ts';

/** The state of a credential, with the forecast of the pulls that are waited for. */
export interface Answer {
  readonly credential: CredentialJson;
  /** When enough pulls will be left if nothing else is pulled. Null if that is not known. */
  readonly expected: TimeRange | null;
}

/** Whether to go on waiting. `words` is the reason: a clause without a full stop. */
export type Decision =
  | { readonly kind: 'enough'; readonly words: string }
  /** Waiting does not help. */
  | { readonly kind: 'never'; readonly words: string }
  | { readonly kind: 'wait'; readonly words: string; readonly nextRequestAt: number };

/** The delay of a request after the time at which pulls are expected, in milliseconds (1 s), for clocks that differ. */
const DELAY_AFTER_EXPECTED_MS = 1_000;

/**
 * Decides whether `headroom wait` continues, and when it sends the next request.
 * @param answer the newest result of the credential
 * @param pulls the number of pulls that is needed
 * @param intervalMs the pause between two requests, unless the pulls are expected earlier
 * @param now in milliseconds since the epoch
 */
export function decide(answer: Answer, pulls: number, intervalMs: number, now: number): Decision {
  const { credential, expected } = answer;
  const { remaining, limit, enforced, failure, blocked } = credential;
  if (failure?.reason === 'unauthorized') return { kind: 'never', words: failure.meaning };
  const pauseMs = Math.max(intervalMs, (blocked?.retry_after_seconds ?? 0) * 1_000);
  if (blocked) return { kind: 'wait', words: blocked.meaning, nextRequestAt: now + pauseMs };
  if (failure) return { kind: 'wait', words: failure.meaning, nextRequestAt: now + pauseMs };
  if (enforced === false) return { kind: 'enough', words: 'unlimited' };
  if (remaining === null || limit === null) {
    return { kind: 'wait', words: 'no answer yet', nextRequestAt: now + pauseMs };
  }
  const words = `${remaining} of ${limit} left`;
  if (remaining >= pulls) return { kind: 'enough', words };
  if (pulls > limit) return { kind: 'never', words: `${pulls} pulls are more than the limit of ${limit}` };
  return { kind: 'wait', words, nextRequestAt: nextRequestTime(expected, now + pauseMs, now) };
}

/** Returns the time of the next request: the expected time of the pulls, or `usualAt` if that is earlier. */
function nextRequestTime(expected: TimeRange | null, usualAt: number, now: number): number {
  const moments = expected ? [expected.earliest, expected.latest] : [];
  const soon = moments.map((at) => at + DELAY_AFTER_EXPECTED_MS).filter((at) => at > now);
  return Math.min(usualAt, ...soon);
}

/** Reads repeatedly how many pulls one credential has left. */
export interface Watcher {
  ask(): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Creates a watcher that probes Docker Hub. Its forecast is based on its own probes only; a running Headroom has more.
 * @param pulls the number of pulls that is waited for
 */
export function watchHub(
  config: Config,
  credential: Credential,
  pulls: number,
  context: CommandContext,
): Watcher {
  const { clock, stopSignal } = context;
  const hub = openHub(config, context);
  let state = initialState(credential.identity);
  let points: readonly SeriesPoint[] = [];
  return {
    async ask() {
      const startedAt = clock.monotonicMs();
      const reading = await hub.probe(credential, stopSignal);
      const at = clock.now();
      const { name } = credential.identity;
      const durationMs = clock.monotonicMs() - startedAt;
      // The next probe follows before the sample is too old.
      const observation = { credential: name, at, durationMs, intervalMs: FORECAST_MEMORY_MS, reading };
      state = advance(state, observation, undefined);
      if (state.latest) points = [...points, pointOf(state.latest)];
      const foreseen = forecast(points, undefined, at);
      const view = takeSnapshot(state, at, { forecast: foreseen, pool: undefined });
      return { credential: toCredentialJson(view, [name]), expected: whenLeft(foreseen, pulls) };
    },
    close: () => hub.close(),
  };
}

/** Creates a watcher that requests the state from a running Headroom, whose forecast covers the whole bucket. */
export function watchServer(server: HeadroomServer, name: string, context: CommandContext): Watcher {
  return {
    async ask() {
      const all = await fetchCredentials(server, context);
      const credential = all.find((one) => one.name === name);
      if (!credential)
        throw new ServerAnswerError(`The Headroom at ${server.url.href} no longer has ${name}`);
      const refill = credential.forecast?.refill;
      const expected = refill && { earliest: Date.parse(refill.earliest), latest: Date.parse(refill.latest) };
      return { credential, expected: expected ?? null };
    },
    close: () => Promise.resolve(),
  };
}

/** Shows the progress of waiting. */
interface Progress {
  /** Shows the state: rewrites one line at a terminal; elsewhere, such as in a log, writes a line if the state changed. */
  show(words: string, facts: ProgressFacts): void;
  /** Ends the last line. */
  end(): void;
}

/** The values of a progress line. */
interface ProgressFacts {
  readonly pulls: number;
  readonly expected: TimeRange | null;
  /** The time until the timeout, in milliseconds. */
  readonly leftMs: number;
}

/** Moves to the start of the line and clears it (ECMA-48, sections 8.3.15 and 8.3.41). */
const CLEAR_LINE = '\r\u001b[K';

/** Creates a progress line. */
export function createProgress(sink: TextSink): Progress {
  let last: string | undefined;
  return {
    show(words, { pulls, expected, leftMs }) {
      const line = `Waiting for ${pulls}: ${words}${expected ? `; expected ${rangeWords(expected)}` : ''}`;
      if (sink.isTTY) sink.write(`${CLEAR_LINE}${line}; ${formatDuration(roundUp(leftMs))} to go`);
      else if (words !== last) sink.write(`${line}\n`);
      last = words;
    },
    end() {
      if (sink.isTTY && last !== undefined) sink.write('\n');
    },
  };
}

/** Formats a range in the time zone of the machine: `between 14:02 and 14:40`. */
function rangeWords({ earliest, latest }: TimeRange): string {
  const [from, to] = [clockTime(earliest), clockTime(latest)];
  return from === to ? `at ${from}` : `between ${from} and ${to}`;
}

function clockTime(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at);
}

function roundUp(durationMs: number): number {
  return Math.max(0, Math.ceil(durationMs / 1_000) * 1_000);
}

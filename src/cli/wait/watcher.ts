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

/** One answer, with what is foreseen of the pulls that are waited for. */
export interface Answer {
  readonly credential: CredentialJson;
  /** When as many are left, if nothing else is pulled; null when nobody knows. */
  readonly expected: TimeRange | null;
}

/** What follows from an answer for somebody who waits. `words` say why: a clause without a full stop. */
export type Decision =
  | { readonly kind: 'enough'; readonly words: string }
  /** Waiting will not help. */
  | { readonly kind: 'never'; readonly words: string }
  | { readonly kind: 'wait'; readonly words: string; readonly askAgainAt: number };

/** How long after the moment at which pulls are expected it is asked, in milliseconds: 1 second, for clocks that differ. */
const DELAY_AFTER_EXPECTED_MS = 1_000;

/**
 * Decides whether to go on waiting, and until when.
 * @param pulls how many are wanted
 * @param intervalMs between two questions, where nothing is expected before
 */
export function decide(answer: Answer, pulls: number, intervalMs: number, now: number): Decision {
  const { credential, expected } = answer;
  const { remaining, limit, enforced, failure, blocked } = credential;
  if (failure?.reason === 'unauthorized') return { kind: 'never', words: failure.meaning };
  const pauseMs = Math.max(intervalMs, (blocked?.retry_after_seconds ?? 0) * 1_000);
  if (blocked) return { kind: 'wait', words: blocked.meaning, askAgainAt: now + pauseMs };
  if (failure) return { kind: 'wait', words: failure.meaning, askAgainAt: now + pauseMs };
  if (enforced === false) return { kind: 'enough', words: 'unlimited' };
  if (remaining === null || limit === null) {
    return { kind: 'wait', words: 'no answer yet', askAgainAt: now + pauseMs };
  }
  const words = `${remaining} of ${limit} left`;
  if (remaining >= pulls) return { kind: 'enough', words };
  if (pulls > limit) return { kind: 'never', words: `${pulls} pulls are more than the limit of ${limit}` };
  return { kind: 'wait', words, askAgainAt: nextRequestAt(expected, now + pauseMs, now) };
}

/** At once when they are expected to be back, and else after the usual pause. */
function nextRequestAt(expected: TimeRange | null, usualAt: number, now: number): number {
  const moments = expected ? [expected.earliest, expected.latest] : [];
  const soon = moments.map((at) => at + DELAY_AFTER_EXPECTED_MS).filter((at) => at > now);
  return Math.min(usualAt, ...soon);
}

/** Asks again and again what one credential has left. */
export interface Watcher {
  ask(): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Watches a credential by Docker Hub itself. What it sees between its questions is all that its forecast knows; a running
 * Headroom knows more.
 * @param pulls how many are waited for
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
      // It is asked again before anything could be too old.
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

/** Watches a credential by a running Headroom, whose forecast is of the whole bucket. */
export function watchServer(server: URL, name: string, context: CommandContext): Watcher {
  return {
    async ask() {
      const all = await fetchCredentials(server, context);
      const credential = all.find((one) => one.name === name);
      if (!credential) throw new ServerAnswerError(`The Headroom at ${server.href} no longer has ${name}`);
      const refill = credential.forecast?.refill;
      const expected = refill && { earliest: Date.parse(refill.earliest), latest: Date.parse(refill.latest) };
      return { credential, expected: expected ?? null };
    },
    close: () => Promise.resolve(),
  };
}

/** Tells somebody who waits how it stands. */
interface Progress {
  /** Says how it stands: anew on one line at a terminal; elsewhere, such as in a log, only when it has changed. */
  show(words: string, facts: ProgressFacts): void;
  /** Leaves the line that was written last. */
  end(): void;
}

/** What a progress line is made of. */
interface ProgressFacts {
  readonly pulls: number;
  readonly expected: TimeRange | null;
  /** How long it is still waited, in milliseconds. */
  readonly leftMs: number;
}

/** Goes to the start of the line and clears it (ECMA-48, sections 8.3.15 and 8.3.41). */
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

/** A range in the time zone of the machine, which is that of its user: `between 14:02 and 14:40`. */
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

import type { Config } from '../../config/config.ts';
import type { Credential } from '../../domain/credential.ts';
import { takeSnapshot } from '../../domain/credential-snapshot.ts';
import { advance, initialState } from '../../domain/credential-state.ts';
import { FORECAST_MEMORY_MS, forecast, whenLeft } from '../../domain/forecast/forecast.ts';
import { pointOf, type SeriesPoint } from '../../domain/forecast/series-point.ts';
import { toCredentialJson } from '../../web/api/credential-json.ts';
import { askServer, ServerAnswerError } from '../ask/ask-server.ts';
import { openHub } from '../ask/open-hub.ts';
import type { CommandContext } from '../command.ts';
import type { Answer } from './decide.ts';

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
      const all = await askServer(server, context);
      const credential = all.find((one) => one.name === name);
      if (!credential) throw new ServerAnswerError(`The Headroom at ${server.href} no longer has ${name}`);
      const refill = credential.forecast?.refill;
      const expected = refill && { earliest: Date.parse(refill.earliest), latest: Date.parse(refill.latest) };
      return { credential, expected: expected ?? null };
    },
    close: () => Promise.resolve(),
  };
}

import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { testClock } from './fakes.ts';
import { type RawAnswer, rawExchange } from './raw-exchange.ts';

/** The image that the tests ask for unless they say otherwise. */
export const TEST_REPOSITORY = 'ratelimitpreview/test';

/** Starts a simulator on a free port, with a clock that stands still. */
export async function startSimulator(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const clock = testClock('2026-07-15T14:24:11.185Z');
  const simulator = createSimulator({ port: 0, clock, log: SILENT_LOG, ...options });
  await simulator.start();
  return simulator;
}

/** The header of a login, `name:password`. */
export function basic(login: string): string {
  return `Authorization: Basic ${Buffer.from(login).toString('base64')}`;
}

/** Asks for a token; headers may carry a login or a source. */
export function askToken(
  { url }: Simulator,
  headers: readonly string[] = [],
  repository = TEST_REPOSITORY,
): Promise<RawAnswer> {
  return rawExchange(
    url,
    `GET /token?service=registry.docker.io&scope=repository:${repository}:pull`,
    headers,
  );
}

/** The JSON of an answer, whether or not it came in chunks. */
export function jsonOf(answer: RawAnswer): Record<string, unknown> {
  const body = answer.body.slice(answer.body.indexOf('{'), answer.body.lastIndexOf('}') + 1);
  return JSON.parse(body) as Record<string, unknown>;
}

/** The header of a fresh token. */
export async function bearer(
  simulator: Simulator,
  headers: readonly string[] = [],
  repository = TEST_REPOSITORY,
): Promise<string> {
  const reply = jsonOf(await askToken(simulator, headers, repository));
  return `Authorization: Bearer ${reply.token ?? reply.access_token}`;
}

/** Asks for a manifest. */
export function askManifest(
  { url }: Simulator,
  method: 'HEAD' | 'GET',
  headers: readonly string[],
  place = `${TEST_REPOSITORY}:latest`,
): Promise<RawAnswer> {
  const [, repository, reference] = /^([^:@]+)[:@](.+)$/.exec(place) ?? [];
  return rawExchange(url, `${method} /v2/${repository}/manifests/${reference}`, headers);
}

/** The status of an answer; NaN when there was none. */
export function statusOf(answer: RawAnswer): number {
  return Number(answer.statusLine.split(' ')[1]);
}

/** A header's value, whatever its spelling. */
export function headerOf(answer: RawAnswer, name: string): string | undefined {
  return answer.headers.find(([sent]) => sent.toLowerCase() === name)?.[1];
}

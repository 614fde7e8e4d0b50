import { Agent } from 'undici';
import { systemClock } from '../../src/cli/host.ts';
import type { Credential } from '../../src/domain/credential.ts';
import { createHub, type Hub } from '../../src/hub/create-hub.ts';
import { credentialOf } from '../credential.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare } from '../measure/finding.ts';
import { takeTurns } from '../measure/take-turns.ts';
import { startHelper } from '../processes/helper.ts';
import { silentLog } from '../silent-log.ts';

const TURNS = 7;
const TURN_MS = 1_000;
const MANIFEST = '/v2/ratelimitpreview/test/manifests/latest';
const TOKEN = '/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull';

/** One request, sent by one of several concurrent clients. */
type Ask = (asker: number) => Promise<void>;

/** How fast the hub client sends requests. */
export const probes: Benchmark = {
  name: 'probes',
  about:
    'Hub.probe() against a bare loop of undici HEADs with a ready token, on one simulator in its own process. ' +
    'Like Headroom, undici by itself closes the connection after a HEAD; `reset: false` makes it keep connections.',
  async run() {
    const simulator = await startHelper('simulated-hub');
    const url = new URL(`http://127.0.0.1:${simulator.port}`);
    const hub = createHub({
      url,
      allowInsecure: false,
      caFile: undefined,
      env: {},
      userAgent: 'headroom/bench',
      clock: systemClock,
      log: silentLog,
    });
    const agent = new Agent();
    try {
      const authorization = `Bearer ${await fetchToken(url)}`;
      const probe = askHub(hub);
      const head = askBare(agent, url, authorization, {});
      const keptHead = askBare(agent, url, authorization, { reset: false });
      const findings = [];
      for (const askers of [1, 16]) {
        const closing = await takeTurns(TURNS, rateOf(askers, probe), rateOf(askers, head));
        const keeping = await takeTurns(TURNS, rateOf(askers, probe), rateOf(askers, keptHead));
        findings.push(compare(`probes, ${askers} at once`, 'rate', 'undici', closing, 0.5));
        findings.push(compare(`probes, ${askers} at once`, 'rate', 'undici, reset: false', keeping));
      }
      return findings;
    } finally {
      await Promise.all([hub.close(), agent.destroy(), simulator.stop()]);
    }
  },
};

async function fetchToken(url: URL): Promise<string> {
  const response = await fetch(new URL(TOKEN, url));
  return ((await response.json()) as { token: string }).token;
}

function askHub(hub: Hub): Ask {
  const credentials = Array.from({ length: 16 }, (_, i) => credentialOf({ name: `credential-${i}` }));
  return async (asker) => {
    const reading = await hub.probe(credentials[asker] as Credential);
    if (reading.kind !== 'metered') throw new Error(`A probe was not metered: ${JSON.stringify(reading)}`);
  };
}

function askBare(agent: Agent, url: URL, authorization: string, options: { reset?: boolean }): Ask {
  return async () => {
    const response = await agent.request({
      origin: url.origin,
      path: MANIFEST,
      method: 'HEAD',
      headers: { authorization },
      ...options,
    });
    await response.body.dump();
    if (response.statusCode !== 200) throw new Error(`A HEAD was answered with ${response.statusCode}`);
  };
}

/** How many answers a second they get, each asking anew when answered. */
function rateOf(askers: number, ask: Ask): () => Promise<number> {
  return () => ratePerSecond(askers, ask);
}

async function ratePerSecond(askers: number, ask: Ask): Promise<number> {
  const startedAt = performance.now();
  let answers = 0;
  async function keepAsking(asker: number): Promise<void> {
    while (performance.now() - startedAt < TURN_MS) {
      await ask(asker);
      answers += 1;
    }
  }
  await Promise.all(Array.from({ length: askers }, (_, asker) => keepAsking(asker)));
  return answers / ((performance.now() - startedAt) / 1_000);
}

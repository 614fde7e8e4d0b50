import type { Load, LoadResult } from '../load/load.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare, observe } from '../measure/finding.ts';
import { pick, takeTurns } from '../measure/take-turns.ts';
import { startHelper } from '../processes/helper.ts';

const TURNS = 7;
const TURN_MS = 1_000;
const CONNECTIONS = 16;
const MANIFEST = '/v2/ratelimitpreview/test/manifests/latest';
const TOKEN = '/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull';

/** How fast the simulator answers. */
export const simulator: Benchmark = {
  name: 'simulator',
  about:
    'HEADs of a manifest with a token over 16 kept connections, against a bare node:http server that sends the same ' +
    'headers; the load from a process of its own.',
  async run() {
    const hub = await startHelper('simulated-hub');
    const bare = await startHelper('bare-http');
    const generator = await startHelper('load-generator');
    try {
      const origin = `http://127.0.0.1:${hub.port}`;
      const { token } = (await (await fetch(origin + TOKEN)).json()) as { token: string };
      const authorization = `Bearer ${token}`;
      const { headers } = await fetch(origin + MANIFEST, { method: 'HEAD', headers: { authorization } });
      // fetch closes the connection after a HEAD, and so does the simulator; the load keeps its connections.
      const kept = [...headers].filter(([name]) => name !== 'connection');
      await bare.ask({ headers: kept.flat(), body: new Uint8Array() });
      const load = (port: number) => () =>
        generator.ask<LoadResult>({
          port,
          method: 'HEAD',
          path: MANIFEST,
          headers: { Authorization: authorization },
          connections: CONNECTIONS,
          durationMs: TURN_MS,
        } satisfies Load);
      const turns = pick(
        await takeTurns(TURNS, load(hub.port), load(bare.port)),
        ({ perSecond }) => perSecond,
      );
      return [
        compare('HEADs of the simulator', 'rate', 'node:http', turns, 0.5),
        observe(
          'HEADs of the simulator',
          'rate',
          turns.map(({ ours }) => ours),
          10_000,
        ),
      ];
    } finally {
      await Promise.all([hub.stop(), bare.stop(), generator.stop()]);
    }
  },
};

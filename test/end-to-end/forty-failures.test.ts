import { expect, onTestFinished, test } from 'vitest';
import { takeSnapshot } from '../../src/domain/credential-snapshot.ts';
import { failureLabel } from '../../src/domain/result.ts';
import { issueServerCertificate } from '../../src/simulator/certificate-authority.ts';
import { FAULT_NAMES } from '../../src/simulator/faults/faults.ts';
import { startProxy } from '../hub/connect-proxy.ts';
import { sayTo } from '../hub/loopback-server.ts';
import { readExposition, scrape } from './exported.ts';
import {
  HUB_FAULTS,
  LOGIN_FAULTS,
  ruinFiles,
  type TroubledCredential,
  troubledByThemselves,
} from './forty-failures.ts';
import { eventually } from './headroom-process.ts';
import { type RunningHeadroom, startHeadroom } from './running-headroom.ts';
import { temporaryFolder } from './temporary-folder.ts';

const EVERY_SECOND = '* * * * * *';
/** The healthy ones: each with an address of its own, from which this many pulls were made. */
const HEALTHY = [0, 1, 24, 50, 77, 99].map((pulls, i) => ({
  name: `healthy-${pulls}`,
  address: `127.0.1.${i + 1}`,
  pulls,
}));

/** One credential for each fault of the hub, which strikes its address alone. */
const TROUBLED_BY_HUB: readonly (TroubledCredential & { readonly address: string })[] = FAULT_NAMES.map(
  (fault, i) => {
    const address = `127.0.2.${i + 1}`;
    // Each as another user: all credentials with one login share the fate of that login.
    const login = LOGIN_FAULTS.has(fault) ? { username: fault, password: 'right' } : {};
    const settings = { name: fault, ...login, route: { local_address: address } };
    return { settings, address, plight: HUB_FAULTS[fault] };
  },
);

test('forty credentials, each in a failure of its own, do not disturb the healthy ones', async () => {
  const folder = temporaryFolder();
  const tls = await issueServerCertificate(Date.now());
  const troubled = [
    ...TROUBLED_BY_HUB,
    ...troubledByThemselves(folder, {
      refusingProxy: Number((await startProxy(0, 403)).url.port),
      silentProxy: Number((await startProxy(0, 'silence')).url.port),
      misleadingProxy: Number((await startProxy(await sayTo('Not TLS'))).url.port),
      dead: 1,
    }),
  ];
  expect(troubled).toHaveLength(40);
  const headroom = await startHeadroom({
    simulator: { tls },
    settings: ({ hubUrl }) => ({
      hub: { url: hubUrl, ca_file: folder.write('ca.pem', tls.authority) },
      poll: { schedule: EVERY_SECOND, jitter: '0s', timeout: '5m' },
      credentials: [
        ...troubled.map(({ settings }) => settings),
        ...HEALTHY.map(({ name, address }) => ({ name, route: { local_address: address } })),
      ],
    }),
    prepare(control) {
      for (const name of ['acmeci', ...LOGIN_FAULTS]) control.addAccount({ name, password: 'right' });
      for (const { settings, address } of TROUBLED_BY_HUB) {
        control.setFault(settings.name as never, { source: address });
      }
      for (const { address, pulls } of HEALTHY) control.spend({ source: address, pulls });
    },
    beforeStart: () => ruinFiles(folder),
  });
  onTestFinished(() => headroom.stop());

  const expected = Object.fromEntries(troubled.map(({ settings, plight }) => [settings.name, plight]));
  await eventually(() => expect(plightsOf(headroom, Object.keys(expected))).toEqual(expected));

  // While some hang, and the others fail over and over, what is spent now is seen.
  const pollsBefore = pollsOf(headroom);
  for (const { address } of HEALTHY) headroom.control.spend({ source: address, pulls: 1 });
  await eventually(() => {
    for (const { name } of HEALTHY)
      expect(pollsOf(headroom)[name]).toBeGreaterThan((pollsBefore[name] ?? 0) + 2);
  });

  const { text } = await scrape(headroom);
  for (const { name, address, pulls } of HEALTHY) {
    expect({ name, ...readExposition(text, name) }).toMatchObject({
      name,
      up: 1,
      limit: 100,
      remaining: 99 - pulls,
      sources: [address],
      failures: {},
    });
  }
  expect(plightsOf(headroom, Object.keys(expected))).toEqual(expected);
});

function plightsOf(headroom: RunningHeadroom, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const outcome = headroom.app.history.state(name)?.latest?.outcome;
      return [name, outcome ? (failureLabel(outcome) ?? outcome.kind) : 'waiting'];
    }),
  );
}

function pollsOf(headroom: RunningHeadroom): Record<string, number> {
  const states = headroom.app.history.states();
  return Object.fromEntries(states.map((state) => [state.identity.name, takeSnapshot(state, 0).polls]));
}

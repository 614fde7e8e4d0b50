import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FAULT_NAMES } from '../../../src/simulator/fault.ts';
import { PROFILE_NAMES } from '../../../src/simulator/profile.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { silentLog, testClock } from '../../simulator/fakes.ts';
import { type Finished, problemsOf, run, start } from '../run-program.ts';

const clock = testClock('2026-07-15T14:24:11.185Z');
let simulator: Simulator;

beforeEach(async () => {
  simulator = createSimulator({ port: 0, clock, log: silentLog });
  await simulator.start();
  simulator.control.addAccount({ name: 'ci', password: 'hunter2' });
});
afterEach(() => simulator.stop());

/** Runs a control command against the simulator. */
function control(...argv: string[]): Promise<Finished> {
  return run(['simulate', ...argv, `--url=${simulator.url.origin}`]);
}

/** The text of a control command that works. */
async function said(...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await control(...argv);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.replace(/\n$/, '');
}

describe('headroom simulate fault', () => {
  test.each<[argv: string[], fault: object, text: string]>([
    [['abuse'], { fault: 'abuse', scope: {} }, 'Set abuse (every request)'],
    [['abuse', '--account', 'ci'], { fault: 'abuse', scope: { account: 'ci' } }, 'Set abuse (account ci)'],
    [
      ['hang', '--endpoint=token', '--source=127.0.0.5', '--repository=library/nginx', '--times=3'],
      {
        fault: 'hang',
        scope: { endpoint: 'token', source: '127.0.0.5', repository: 'library/nginx', times: 3 },
      },
      'Set hang (source 127.0.0.5, repository library/nginx, endpoint token, 3 times)',
    ],
    [['reset', '--times=1'], { fault: 'reset', scope: { times: 1 } }, 'Set reset (once)'],
  ])('sets %j', async (argv, fault, text) => {
    expect(await said('fault', ...argv)).toBe(text);
    expect(simulator.control.faults()).toEqual([{ id: expect.any(String), ...fault }]);
  });

  test('shows those that are set', async () => {
    expect(await said('fault')).toBe('No fault is set');

    simulator.control.setFault('abuse', { account: 'ci' });
    simulator.control.setFault('hang');
    expect((await said('fault')).split('\n')).toEqual(['hang (every request)', 'abuse (account ci)']);
  });

  test('clears those of one name, or all', async () => {
    for (const name of ['abuse', 'hang', 'reset'] as const) simulator.control.setFault(name);

    expect(await said('fault', 'hang', '--clear')).toBe('Cleared 1 fault');
    expect(simulator.control.faults().map(({ fault }) => fault)).toEqual(['reset', 'abuse']);
    expect(await said('fault', '--clear')).toBe('Cleared 2 faults');
    expect(simulator.control.faults()).toEqual([]);
  });

  test('lists every fault in its help text', async () => {
    const { stdout } = await run(['simulate', 'fault', '--help']);
    const listed = [...stdout.matchAll(/^ {2}([a-z][a-z-]+) {2,}\S/gm)].map(([, name]) => name);

    expect(listed).toEqual(FAULT_NAMES);
  });

  test.each<[why: string, argv: string[], ...problems: (string | RegExp)[]]>([
    ['a misspelled fault', ['abus'], /^NAME: Not one of the choices, did you mean abuse: "abus"\. Allowed: /],
    ['a scope without a fault', ['--account=ci'], '--account: Only together with the name of a fault'],
    ['a scope with --clear', ['hang', '--clear', '--times=2'], '--times: Not together with --clear'],
    ['a bad address', ['hang', '--source=nat-b'], /^--source: Not an IP address: "nat-b"\. Allowed: /],
    ['no request at all', ['hang', '--times=0'], /^--times: Out of range: "0"\. Allowed: /],
  ])('refuses %s', async (_why, argv, ...problems) => {
    const found = await problemsOf(['simulate', 'fault', ...argv]);

    expect(found).toEqual(problems.map((one) => (one instanceof RegExp ? expect.stringMatching(one) : one)));
  });
});

describe('headroom simulate spend', () => {
  test.each<[argv: string[], text: string]>([
    [['20'], '127.0.0.1 has 80 of 100 pulls left in 1h'],
    [['20', '--source', '2001:db8::7'], '2001:db8::7 has 80 of 100 pulls left in 1h'],
    [['250', '--account=ci'], 'ci has 0 of 200 pulls left in 1h'],
    [['0'], '127.0.0.1 has 100 of 100 pulls left in 1h'],
  ])('spends %j', async (argv, text) => {
    expect(await said('spend', ...argv)).toBe(text);
  });

  test('says who is not metered', async () => {
    simulator.control.addAccount({ name: 'acme', password: 'x', plan: 'paid' });

    expect(await said('spend', '5', '--account=acme')).toBe('acme is not metered');
  });

  test('fails for an account that does not exist', async () => {
    expect(await control('spend', '5', '--account=nobody')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'There is no such account: "nobody" (there are: ci)\n',
    });
  });

  test('refuses to guess how many, and of whom', async () => {
    expect(await problemsOf(['simulate', 'spend', '--account=ci', '--source=127.0.0.1'])).toEqual([
      '--source: Either --account or --source, not both',
      'PULLS: A number is missing. Allowed: a whole number from 0 to 1000000000',
    ]);
  });
});

describe('headroom simulate bucket', () => {
  test('shows, limits and fills one', async () => {
    simulator.control.spend({ account: 'ci', pulls: 3 });

    expect(await said('bucket', '--account=ci')).toBe('ci has 197 of 200 pulls left in 1h');
    expect(await said('bucket', '--account=ci', '--limit=10', '--window=90s')).toBe(
      'ci has 7 of 10 pulls left in 1m30s',
    );
    expect(await said('bucket', '--account=ci', '--refill')).toBe('ci has 10 of 10 pulls left in 1m30s');
    expect(await said('bucket')).toBe('127.0.0.1 has 100 of 100 pulls left in 1h');
  });
});

describe('headroom simulate limit', () => {
  const OWN = '100 pulls for an address, 200 for a personal account, in 1h (sliding), counted per-get';

  test('shows, changes and resets the limits', async () => {
    expect(await said('limit')).toBe(OWN);
    expect(await said('limit', '10', '--window=6h', '--window-kind=fixed')).toBe(
      '10 pulls for an address, 200 for a personal account, in 6h (fixed), counted per-get',
    );
    expect(await said('limit', '--reset', '--counting=two-gets', '--personal-limit=5')).toBe(
      '100 pulls for an address, 5 for a personal account, in 1h (sliding), counted two-gets',
    );
    expect(await said('limit', '--reset')).toBe(OWN);
  });
});

describe('headroom simulate profile', () => {
  test('shows and changes it, for everybody or for one', async () => {
    expect(await said('profile')).toBe('everybody  2026');
    expect(await said('profile', 'outage')).toBe('everybody  outage');
    await said('profile', 'abuse', '--account=ci');
    expect((await said('profile', 'paid', '--source=127.0.0.5')).split('\n')).toEqual([
      'everybody  outage',
      'ci         abuse',
      '127.0.0.5  paid',
    ]);
  });

  test('lists every profile in its help text', async () => {
    const { stdout } = await run(['simulate', 'profile', '--help']);

    expect([...stdout.matchAll(/^ {2}([\w-]+) {2,}\S/gm)].map(([, name]) => name)).toEqual(
      expect.arrayContaining([...PROFILE_NAMES]),
    );
  });

  test('refuses somebody without a profile', async () => {
    expect(await problemsOf(['simulate', 'profile', '--account=ci'])).toEqual([
      '--account: Only together with the name of a profile',
    ]);
  });
});

describe('headroom simulate account', () => {
  test('adds, shows and removes accounts, without their passwords', async () => {
    const table = await said('account', 'acme:hunter2:organization');
    const names = table.split('\n').map((line) => line.split(/ +/).slice(0, 2));

    expect(names).toEqual([
      ['ACCOUNT', 'PLAN'],
      ['ci', 'personal'],
      ['acme', 'organization'],
    ]);
    expect(table).not.toContain('hunter2');
    expect(await said('account', '--remove=ci')).not.toContain('personal');
    expect(await said('account', '--remove=acme')).toBe('There is no account');
  });

  test('refuses one that is not in order, without repeating it', async () => {
    const [problem] = await problemsOf(['simulate', 'account', 'Acme:hunter2']);

    expect(problem).toMatch(/^ACCOUNT: Not an account: <secret>\. Allowed: /);
  });
});

describe('headroom simulate ledger', () => {
  beforeEach(async () => {
    await fetch(new URL('/v2/', simulator.url), { headers: { 'user-agent': 'curl/8' } });
  });

  test('shows what was asked, as a table', async () => {
    expect((await said('ledger')).split('\n')).toEqual([
      'AT                        SOURCE     METHOD  STATUS  PULLS  PATH  USER AGENT',
      '2026-07-15T14:24:11.185Z  127.0.0.1  GET     401     0      /v2/  curl/8',
      '1 request, 0 pulls',
    ]);
  });

  test('shows it as JSON, just as control answers it', async () => {
    expect(JSON.parse(await said('ledger', '--output=json'))).toEqual([
      {
        at: '2026-07-15T14:24:11.185Z',
        method: 'GET',
        path: '/v2/',
        source: '127.0.0.1',
        userAgent: 'curl/8',
        status: 401,
        pulls: 0,
      },
    ]);
  });

  test('is emptied by --clear', async () => {
    expect(await said('ledger', '--clear')).toBe('Cleared 1 request');
    expect(await said('ledger')).toBe('Nothing was asked');
  });
});

describe('headroom simulate status', () => {
  test('shows everything at a glance', async () => {
    simulator.control.spend({ account: 'ci', pulls: 7 });
    simulator.control.setFault('hang', { times: 2 });

    expect((await said('status')).split('\n')).toEqual([
      'profile  2026',
      'limits   100 pulls for an address, 200 for a personal account, in 1h (sliding), counted per-get',
      'fault    hang (2 times)',
      'bucket   127.0.0.1 has 100 of 100 pulls left in 1h',
      'bucket   ci has 193 of 200 pulls left in 1h',
    ]);
  });

  test('is the same as JSON', async () => {
    expect(JSON.parse(await said('status', '--output=json'))).toMatchObject({
      profile: '2026',
      faults: [],
      buckets: [
        { source: '127.0.0.1', remaining: 100 },
        { account: 'ci', remaining: 200 },
      ],
    });
  });
});

describe('a control command', () => {
  const other = createServer((_request, response) => response.writeHead(404).end('<html>'));

  beforeAll(() => new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => other.close(resolve)));

  test('fails where nobody listens, and says what to do', async () => {
    const { origin } = simulator.url;
    await simulator.stop();

    expect(await control('status')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `No simulator answers at ${origin}: connect ECONNREFUSED ${simulator.url.host}. Start one with "headroom simulate", or say where it is with --url\n`,
    });
  });

  test('fails where something else answers', async () => {
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;

    expect(await run(['simulate', 'status', `--url=${url}`])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `What answers at ${url} is no simulator: it sent status 404\n`,
    });
  });

  test('fails when it cannot read the authority', async () => {
    const { exitCode, stderr } = await control('status', '--tls-ca-file=/nowhere/ca.pem');

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Cannot read the certificate authority: ENOENT/);
  });

  test('refuses a URL with more than a place', async () => {
    const [problem] = await problemsOf(['simulate', 'status', '--url=http://ci:hunter2@127.0.0.1:5429']);

    expect(problem).toMatch(/^--url: A user is not allowed in this URL: <secret>\. Allowed: /);
  });

  test('reaches a simulator behind TLS by the authority that it has written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headroom-control-'));
    const caFile = join(folder, 'ca.pem');
    const hub = start(['simulate', '--listen=127.0.0.1:0', '--tls', `--tls-ca-file=${caFile}`]);
    const guide = await hub.printed(/headroom simulate status .*\n/);
    const [, url = ''] = /is at (\S+)/.exec(guide) ?? [];
    const trusting = await run(['simulate', 'profile', `--url=${url}`, `--tls-ca-file=${caFile}`]);
    const doubting = await run(['simulate', 'profile', `--url=${url}`]);
    await hub.stop();

    expect(await readFile(caFile, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
    await rm(folder, { recursive: true });
    expect(trusting).toMatchObject({ exitCode: 0, stdout: 'everybody  2026\n' });
    expect(doubting.exitCode).toBe(1);
    expect(doubting.stderr).toContain('unable to verify the first certificate');
  });
});

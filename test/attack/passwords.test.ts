import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hashSync } from 'bcryptjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { clientNetworkOf } from '../../src/kit/network-address.ts';
import { createCheckPassword, createPasswordWorker, hashesToCompare } from '../../src/web/http/basic-auth.ts';
import { createGate } from '../../src/web/http/gate.ts';
import { type AttackRow, expectAttackTable } from './attack-table.ts';

/** Connections of a flood; `HEADROOM_ATTACK_CONNECTIONS=400` for a longer one. */
const CONNECTIONS = Number(process.env.HEADROOM_ATTACK_CONNECTIONS ?? 40);
const CLOCK = { monotonicMs: () => performance.now() };
const COSTS = { cheap: 4, middle: 5, dear: 7 };
const HASHES = new Map(Object.entries(COSTS).map(([name, cost]) => [name, hashSync('sesame', cost)]));

const rows: AttackRow[] = [];

/** A server behind the gate, with the real thread; counts the passwords that are computed. */
async function startGuarded() {
  const worker = createPasswordWorker();
  const computed: string[] = [];
  const check = createCheckPassword(
    Buffer.alloc(32, 1),
    () => HASHES,
    (password, hashes) => {
      computed.push(password);
      return worker.compare(password, hashes);
    },
  );
  const gate = createGate(check, () => ({ users: HASHES, rateLimit: undefined }), CLOCK);
  /** Number of passwords computed when the marked request arrived. */
  let computedAtMark = Number.NaN;
  const server = createServer(async (message, response) => {
    if (message.url === '/marked') computedAtMark = computed.length;
    if (await gate(message, response)) response.end('in\n');
  }).listen(0, '0.0.0.0');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await worker.close();
  });
  const { port } = server.address() as AddressInfo;
  const ask = (agent: Agent, user: string, password: string, path = '/') =>
    new Promise<{ status: number | undefined; retryAfter: string | undefined }>((resolve, reject) => {
      const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
      request({ host: '127.0.0.1', port, path, agent, headers: { authorization } }, (response) => {
        response.resume().on('end', () => {
          resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'] });
        });
      })
        .on('error', reject)
        .end();
    });
  return {
    ask,
    computed,
    computedBetweenMarkAnd: (password: string) => computed.indexOf(password) - computedAtMark,
  };
}

function connect(localAddress?: string): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...(localAddress && { localAddress }) });
  onTestFinished(() => agent.destroy());
  return agent;
}

/** Sends wrong passwords over many connections until stopped. Resolves when each connection has a response. */
async function flood(ask: Awaited<ReturnType<typeof startGuarded>>['ask'], localAddress?: string) {
  const counts = new Map<number | undefined, number>();
  let isOn = true;
  let withRetryAfter = 0;
  const loop = async (agent: Agent, i: number, onFirst: () => void) => {
    for (let n = 0; isOn; n++) {
      const { status, retryAfter } = await ask(agent, 'dear', `wrong ${i} ${n}`);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      if (retryAfter !== undefined) withRetryAfter++;
      onFirst();
    }
  };
  const loops: Promise<void>[] = [];
  const firsts = Array.from(
    { length: CONNECTIONS },
    (_, i) => new Promise<void>((resolve) => void loops.push(loop(connect(localAddress), i, resolve))),
  );
  await Promise.all(firsts);
  return {
    counts,
    async stop() {
      isOn = false;
      await Promise.all(loops);
      return { statuses: [...counts.keys()].sort(), withRetryAfter };
    },
  };
}

describe('a flood of wrong passwords', () => {
  test('does not delay a user whose password is cached', async () => {
    const { ask, computed } = await startGuarded();
    const own = connect();
    await ask(own, 'cheap', 'sesame');
    const attack = await flood(ask);
    const scrapes = [];
    for (let i = 0; i < 20; i++) scrapes.push((await ask(own, 'cheap', 'sesame')).status);
    const { statuses, withRetryAfter } = await attack.stop();
    const answered = scrapes.filter((status) => status === 200).length;
    const times = computed.filter((password) => password === 'sesame').length;
    expect([answered, times, statuses]).toEqual([20, 1, [401, 429]]);
    expect(withRetryAfter).toBe(attack.counts.get(429));
    rows.push({
      attack: '40 connections send wrong passwords; a user whose password is cached scrapes',
      measured: `scrapes answered ${answered} of 20; its password computed ${times} time`,
      seen: `flood: ${statuses.join(', ')}; each 429 with \`Retry-After\``,
    });
  });

  // where the right password comes from, its address
  test.each([
    ['the same address', undefined],
    ['another address', '127.0.0.2'],
  ])('accepts an uncached password from %s after at most two others', async (where, localAddress) => {
    const { ask, computedBetweenMarkAnd } = await startGuarded();
    const attack = await flood(ask);
    const { status } = await ask(connect(localAddress), 'cheap', 'sesame', '/marked');
    await attack.stop();
    expect(status).toBe(200);
    const isSoon = computedBetweenMarkAnd('sesame') <= 2;
    expect(isSoon).toBe(true);
    rows.push({
      attack: `40 connections send wrong passwords; a correct password that is not cached comes from ${where} by a new connection`,
      measured: `computed after ${isSoon ? 'at most 2' : 'more than 2'} others`,
      seen: `${status}`,
    });
  });
});

test('a wrong password costs the same for every name', async () => {
  const all = [...HASHES.values()];
  const roundsOf = (name: string) =>
    hashesToCompare(HASHES.get(name), all).reduce((sum, hash) => sum + 2 ** Number(hash.slice(4, 6)), 0);
  const rounds = ['cheap', 'middle', 'dear', 'nobody', ''].map(roundsOf);
  expect(new Set(rounds)).toEqual(new Set([2 ** COSTS.dear]));
  const { ask } = await startGuarded();
  const statuses = [];
  for (const name of ['cheap', 'nobody']) statuses.push((await ask(connect(), name, 'wrong')).status);
  rows.push({
    attack: 'response times are compared, to find names of users; the costs of bcrypt are 4, 5 and 7',
    measured: `rounds of bcrypt for each user, and for names that do not exist: ${[...new Set(rounds)].join(', ')}`,
    seen: [...new Set(statuses)].join(', '),
  });
});

test('connections that are closed while they wait cost nothing', async () => {
  const { ask, computed } = await startGuarded();
  const gone = Array.from({ length: 15 }, () => connect());
  const first = ask(connect(), 'dear', 'first');
  const answers = gone.map((agent) => ask(agent, 'dear', 'gone').catch(() => undefined));
  for (const agent of gone) agent.destroy();
  await Promise.all([first, ...answers]);
  expect((await ask(connect(), 'cheap', 'sesame')).status).toBe(200);
  const wasted = computed.filter((password) => password === 'gone').length;
  expect(wasted).toBeLessThanOrEqual(1);
  rows.push({
    attack: '15 connections send a password and close at once',
    measured: `passwords computed for them: ${wasted <= 1 ? 'at most 1' : wasted}`,
    seen: 'nothing',
  });
});

test('addresses of one IPv6 network are one client', () => {
  const addresses = Array.from(
    { length: 1_000 },
    (_, i) => `2001:db8:1:2:${(i * 65).toString(16)}::${i.toString(16)}`,
  );
  const networks = new Set(addresses.map(clientNetworkOf));
  expect(networks.size).toBe(1);
  rows.push({
    attack: '1,000 addresses of one IPv6 network (/64) send wrong passwords',
    measured: `clients in the queue: ${networks.size}`,
    seen: 'as for one address',
  });
});

test('the document has the measured values', () => expectAttackTable('passwords', rows));

import { connect } from 'node:http2';
import { afterEach, describe, expect, test } from 'vitest';
import { issueServerCertificate } from '../../src/simulator/certificate-authority.ts';
import type { SimulatorControl } from '../../src/simulator/control.ts';
import type { ImageStore } from '../../src/simulator/images/catalogue.ts';
import type { ProfileName } from '../../src/simulator/profile.ts';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { CAPTURES, PULL_LIMIT_TEXTS, W10_BYTES } from './captures.ts';
import { testClock } from './fakes.ts';
import { parseAnswer, type RawAnswer, rawExchange } from './raw-exchange.ts';

const UUID = '186e63fa-abf0-4deb-a711-0dbd34c4a821';

interface Row {
  id: keyof typeof CAPTURES;
  profile: ProfileName;
  request: string;
  /** The client's address; W1 and W2 show what is made of it. */
  from?: string;
  /** The account of the request; anonymous without. */
  account?: { plan: 'personal' | 'paid'; uuid?: string };
  /** Which token is sent: one for the repository unless said otherwise. */
  token?: 'none' | 'wrong' | 'other-repository';
  /** Pulls spent before. */
  spent?: number;
  /** Whether the client closes the connection after the answer. */
  closes?: boolean;
  /** The capture published a selection: all of it must be there in its order, more may be. */
  isSelection?: boolean;
  /** Headers whose values must differ. Dates, digests and lengths need not: clock and image are the capture's. */
  varies?: string[];
}

const TEST_IMAGE = '/v2/ratelimitpreview/test/manifests/latest';
const LEGACY: ProfileName = 'legacy-2020';
const MIDDLE: ProfileName = '2022-2025';

// biome-ignore format: a table
const ROWS: Row[] = [
  { id: 'W1', profile: MIDDLE, request: `HEAD ${TEST_IMAGE}`, from: '2001:41d0:801:2000::5', spent: 100 },
  { id: 'W2', profile: MIDDLE, request: `HEAD ${TEST_IMAGE}`, from: '2a01:7e00::7', spent: 100 },
  { id: 'W3', profile: MIDDLE, request: `HEAD ${TEST_IMAGE}`, account: { plan: 'paid', uuid: '11111111-2222-4333-8444-555555555555' } },
  { id: 'W4', profile: MIDDLE, request: 'HEAD /v2/library/ubuntu/manifests/latest', account: { plan: 'paid', uuid: 'a645ce4d-4328-42eb-8241-1624241605ef' } },
  { id: 'W5', profile: '2021-empty', request: `HEAD ${TEST_IMAGE}` },
  { id: 'W8', profile: LEGACY, request: `HEAD ${TEST_IMAGE}`, spent: 100 },
  { id: 'W9', profile: LEGACY, request: 'GET /v2/library/busybox/manifests/this-does-not-exist', closes: true },
  { id: 'W9a', profile: MIDDLE, request: 'HEAD /v2/library/alpine/manifests/latest', from: '192.12.184.6', token: 'none' },
  { id: 'W9b', profile: LEGACY, request: `GET ${TEST_IMAGE}`, token: 'wrong', isSelection: true },
  { id: 'W9c', profile: LEGACY, request: 'GET /v2/library/this-does-not-exist/manifests/latest', token: 'other-repository', closes: true },
  { id: 'W14', profile: MIDDLE, request: `HEAD ${TEST_IMAGE}`, from: '192.0.2.1', spent: 80, isSelection: true },
  { id: '2021-09-10', profile: MIDDLE, request: `HEAD ${TEST_IMAGE}`, account: { plan: 'personal', uuid: UUID }, isSelection: true },
  { id: '2022-09-08', profile: MIDDLE, request: `HEAD ${TEST_IMAGE}`, from: '192.0.2.1', spent: 1 },
  { id: '2026 challenge', profile: '2026', request: 'HEAD /v2/ai/smollm2/manifests/latest', from: '2600:6c5e:1340:1::9', token: 'none' },
  { id: '2026 manifest', profile: '2026', request: 'GET /v2/ai/smollm2/manifests/sha256:354bf30d00000000000000000000000000000000000000000000000000000000', account: { plan: 'personal' }, spent: 1 },
  { id: '2026 head', profile: '2026', request: `HEAD ${TEST_IMAGE}`, from: '140.228.65.63', isSelection: true },
  { id: '2026 pull limit', profile: '2026', request: `HEAD ${TEST_IMAGE}`, from: '128.194.0.6', spent: 100, isSelection: true },
  { id: '2026 token', profile: '2026', request: 'POST /token', account: { plan: 'personal' }, token: 'none', varies: ['x-trace-id', 'set-cookie', 'cf-ray'] },
];

const running: Simulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
});

async function start(
  options: Partial<Parameters<typeof createSimulator>[0]>,
  at: string,
): Promise<Simulator> {
  const simulator = createSimulator({ port: 0, clock: testClock(at), log: SILENT_LOG, ...options });
  running.push(simulator);
  await simulator.start();
  return simulator;
}

/** A hub with one image: that of the capture, as long as its header states. */
function capturedImage(capture: RawAnswer): ImageStore {
  const value = (name: string) => capture.headers.find(([key]) => key.toLowerCase() === name)?.[1];
  const manifest = {
    mediaType: value('content-type') ?? '',
    digest: value('docker-content-digest') ?? '',
    body: Buffer.alloc(Number(value('content-length') ?? 0), ' '),
  };
  const isMissing = (text: string) => text.includes('this-does-not-exist');
  return {
    repository: (name) => (isMissing(name) ? undefined : { visibility: 'public', exempt: false }),
    manifest: (_, reference) => (isMissing(reference) ? undefined : manifest),
    blob: () => undefined,
    tags: () => [],
  };
}

function useAccount(control: SimulatorControl, { account, spent, from }: Row): void {
  if (account) control.addAccount({ name: 'exampleuser', password: 'secret', ...account });
  const owner = account ? { account: 'exampleuser' } : { source: from ?? '127.0.0.1' };
  if (spent !== undefined) control.spend({ ...owner, pulls: spent });
}

async function authorization(simulator: Simulator, row: Row, authority?: string): Promise<string[]> {
  if (row.token === 'none') return [];
  if (row.token === 'wrong') return ['Authorization: Bearer eyJ.eyJ.x'];
  const repository =
    row.token === 'other-repository' ? 'library/alpine' : /\/v2\/(.+)\/manifests/.exec(row.request)?.[1];
  const path = `/token?service=registry.docker.io&scope=repository:${repository}:pull`;
  const basic = `Authorization: Basic ${Buffer.from('exampleuser:secret').toString('base64')}`;
  const answer = await ask(simulator, `GET ${path}`, row.account ? [basic] : [], authority);
  const body = answer.body.slice(answer.body.indexOf('{'), answer.body.lastIndexOf('}') + 1);
  return [`Authorization: Bearer ${(JSON.parse(body) as { token: string }).token}`];
}

function ask(
  simulator: Simulator,
  request: string,
  headers: string[],
  authority?: string,
): Promise<RawAnswer> {
  return authority === undefined
    ? rawExchange(simulator.url, request, headers)
    : http2Exchange(simulator.url, authority, request, headers);
}

const OAUTH_FORM =
  'client_id=containerd-client&grant_type=password&password=secret&scope=repository:ai/smollm2:pull&service=registry.docker.io&username=exampleuser';

function http2Exchange(url: URL, ca: string, request: string, headers: string[]): Promise<RawAnswer> {
  const [method = '', path = ''] = request.split(' ');
  const fields = headers.map((line) => {
    const [name = '', value = ''] = line.split(': ');
    return [name.toLowerCase(), value];
  });
  return new Promise((resolve, reject) => {
    const session = connect(url, { ca });
    const stream = session.request({ ':method': method, ':path': path, ...Object.fromEntries(fields) });
    let head: [string, string][] = [];
    let body = '';
    stream.setEncoding('utf8');
    stream.on('response', (received) => {
      head = Object.entries(received).map(([name, value]) => [name, String(value)]);
    });
    stream.on('data', (chunk: string) => {
      body += chunk;
    });
    stream.on('end', () => {
      session.close();
      const headersSent = head.filter(([name]) => !name.startsWith(':'));
      resolve({ text: '', statusLine: `HTTP/2 ${head[0]?.[1]}`, headers: headersSent, body });
    });
    stream.on('error', reject);
    stream.end(method === 'POST' ? OAUTH_FORM : undefined);
  });
}

function captureOf(id: keyof typeof CAPTURES): RawAnswer {
  const [head = '', ...body] = CAPTURES[id].split('\n\n');
  const capture = parseAnswer(`${head.replaceAll('\n', '\r\n')}\r\n\r\n${body.join('\n\n')}`);
  return { ...capture, statusLine: capture.statusLine.replace('HTTP/2.0', 'HTTP/2') };
}

/** Puts a placeholder where values must differ, and leaves out what a selection did not publish. */
function comparable(answer: RawAnswer, { varies = [], isSelection }: Row, published: RawAnswer): unknown {
  const names = published.headers.map(([name]) => name);
  const headers = answer.headers
    .filter(([name]) => !isSelection || names.includes(name))
    .map(([name, value]) => [name, varies.includes(name) ? '(varies)' : value]);
  return { statusLine: answer.statusLine, headers };
}

describe('createSimulator() sends what was captured', () => {
  test.each(ROWS)('$id ($profile)', async (row) => {
    const capture = captureOf(row.id);
    const date = capture.headers.find(([name]) => name.toLowerCase() === 'date')?.[1];
    const at = new Date(date ?? '2026-08-24T12:00:00Z').toISOString();
    const isHttp2 = capture.statusLine.startsWith('HTTP/2');
    const tls = isHttp2 ? await issueServerCertificate(Date.now()) : undefined;
    const simulator = await start(
      {
        profile: row.profile,
        images: capturedImage(capture),
        realm: 'https://auth.docker.io/token',
        ...(tls ? { tls } : {}),
      },
      at,
    );
    useAccount(simulator.control, row);
    const headers = [
      ...(row.from ? [`X-Simulator-Source: ${row.from}`] : []),
      ...(await authorization(simulator, row, tls?.authority)),
      ...(row.closes ? ['Connection: close'] : []),
    ];

    const answer = await ask(simulator, row.request, headers, tls?.authority);

    expect(comparable(answer, row, capture)).toEqual(comparable(capture, row, capture));
    if (capture.body !== '' && !row.request.startsWith('HEAD')) expect(answer.body).toBe(capture.body);
  });

  test('W6: a limit that is false for one answer now and then', async () => {
    const clock = testClock('2021-01-17T12:37:00Z');
    const simulator = await start({ profile: '2021-empty', clock }, '2021-01-17T12:37:00Z');
    const { control } = simulator;
    control.setProfile(LEGACY);
    control.spend({ source: '127.0.0.1', pulls: 1 });
    clock.advance(21_540_000);
    control.spend({ source: '127.0.0.1', pulls: 33 });
    const token = await authorization(simulator, {
      id: 'W5',
      profile: LEGACY,
      request: `HEAD ${TEST_IMAGE}`,
    });
    const seen: string[] = [];
    for (const minute of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      if (minute === 3 || minute === 9) control.setFault('false-full', { times: 1 });
      const answer = await rawExchange(simulator.url, `HEAD ${TEST_IMAGE}`, token);
      seen.push(answer.headers.find(([name]) => name === 'RateLimit-Remaining')?.[1] ?? '');
      if (minute === 1) clock.advance(60_000);
    }
    expect(seen.map((value) => Number.parseInt(value, 10))).toEqual([66, 67, 100, 67, 67, 67, 67, 67, 100]);
  });

  test('W7: the token of 2020 with its claims', async () => {
    const simulator = await start({ profile: LEGACY }, '2020-10-31T13:37:43Z');
    const path = '/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull';
    const answer = await rawExchange(simulator.url, `GET ${path}`, ['Connection: close']);
    const body = answer.body.slice(answer.body.indexOf('{'), answer.body.lastIndexOf('}') + 1);
    const reply = JSON.parse(body) as Record<string, string>;
    const [header = '', claims = ''] = (reply.token ?? '')
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString());

    expect(Object.keys(reply)).toEqual(['token', 'access_token', 'expires_in', 'issued_at']);
    expect(reply).toMatchObject({ access_token: reply.token, expires_in: 300 });
    expect(reply.issued_at).toMatch(/^2020-10-31T13:37:43\.\d{9}Z$/);
    expect(header).toBe('{"typ":"JWT","alg":"RS256"}');
    expect(claims.replace(/"jti":"[A-Za-z0-9]{20}"/, '"jti":"iyPEvaDe5zh7u0nm6B4H"')).toBe(
      '{"access":[{"actions":["pull"],"name":"ratelimitpreview/test","parameters":{"pull_limit":"100","pull_limit_interval":"21600"},"type":"repository"}],' +
        '"aud":"registry.docker.io","exp":1604151763,"iat":1604151463,"iss":"auth.docker.io","jti":"iyPEvaDe5zh7u0nm6B4H","nbf":1604151163,"sub":""}',
    );
  });

  test('W10: the abuse limit of 2020 with bare line feeds', async () => {
    const simulator = await start({}, '2020-10-25T00:00:00Z');
    simulator.control.setFault('abuse-bare-lf');
    const answer = await rawExchange(simulator.url, `HEAD ${TEST_IMAGE}`);
    expect(answer.text).toBe(W10_BYTES);
  });

  test.each([
    ['W11', LEGACY],
    ['W12', '2026'],
  ] as const)('%s: the text of the pull limit (%s)', async (id, profile) => {
    const simulator = await start({ profile }, '2026-08-24T12:00:00Z');
    simulator.control.spend({ source: '127.0.0.1', pulls: 100 });
    const token = await authorization(simulator, { id: 'W1', profile, request: `GET ${TEST_IMAGE}` });
    const answer = await rawExchange(simulator.url, `GET ${TEST_IMAGE}`, token);
    expect(answer.statusLine).toBe('HTTP/1.1 429 Too Many Requests');
    expect(answer.body.trimEnd()).toBe(PULL_LIMIT_TEXTS[id]);
  });

  test('January 2026: the text of the pull limit for an account', async () => {
    const simulator = await start({}, '2026-01-15T12:00:00Z');
    simulator.control.addAccount({ name: 'hubuser', password: 'secret' });
    simulator.control.spend({ account: 'hubuser', pulls: 200 });
    const basic = `Authorization: Basic ${Buffer.from('hubuser:secret').toString('base64')}`;
    const path = '/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull';
    const reply = await rawExchange(simulator.url, `GET ${path}`, [basic]);
    const token = /"token":"([^"]+)"/.exec(reply.body)?.[1];
    const answer = await rawExchange(simulator.url, `GET ${TEST_IMAGE}`, [`Authorization: Bearer ${token}`]);
    const { errors } = JSON.parse(answer.body) as { errors: { message: string }[] };
    expect(errors[0]?.message.replace(/dckr_jti_[\w-]{27}=/, 'dckr_jti_9Lg3-DN__PcJ-S_X3BoAVBr-mIk=')).toBe(
      PULL_LIMIT_TEXTS.account,
    );
  });

  test('W13: the login lock-out', async () => {
    const simulator = await start({ profile: 'login-locked' }, '2026-08-15T12:00:00Z');
    const basic = `Authorization: Basic ${Buffer.from('someone:right').toString('base64')}`;
    const answer = await rawExchange(simulator.url, 'GET /token?service=registry.docker.io', [basic]);
    expect(answer.statusLine).toBe('HTTP/1.1 429 Too Many Requests');
    expect(answer.body).toContain('too many failed login attempts for username or IP address');
  });
});

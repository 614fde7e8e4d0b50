import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { issueServerCertificate } from '../../src/simulator/certificate-authority.ts';
import { temporaryFolder } from '../end-to-end/temporary-folder.ts';
import { startProxy } from '../hub/connect-proxy.ts';
import { listen } from '../hub/loopback-server.ts';
import { type FaultName, startSimulatedHub } from '../hub/simulated-hub.ts';
import { run } from './run-program.ts';

const USER = 'acmeci';
const PASSWORD = 'dckr_pat_Planted+Secret/0';
const FORMS = [
  USER,
  PASSWORD,
  'Planted',
  encodeURIComponent(PASSWORD),
  Buffer.from(`${USER}:${PASSWORD}`).toString('base64'),
];

async function diagnose(hub: URL, argv: string[] = [], env: Record<string, string> = {}) {
  const login = { DOCKERHUB_USERNAME: USER, DOCKERHUB_PASSWORD: PASSWORD };
  const clock = { now: () => Date.parse('2026-11-23T21:00:00Z'), monotonicMs: () => 0 };
  const options = { clock, env: { HEADROOM_HUB_URL: hub.origin, ...login, ...env } };
  const { exitCode, stdout, stderr } = await run(['diagnose', '--timeout=5s', ...argv], options);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const form of FORMS) expect(stdout).not.toContain(form);
  return stdout;
}

async function hubWithAccount() {
  const hub = await startSimulatedHub();
  hub.control.addAccount({ name: USER, password: PASSWORD });
  return hub;
}

/** Without what is another one at each run: ports, the machine, the version, and what is drawn at random. */
function settled(report: string): string {
  return report
    .replace(/^headroom .*$/m, 'headroom VERSION, PLATFORM, TIME')
    .replace(/^(> user-agent: ).*$/gm, '$1headroom/VERSION')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/^(< (?:x-trace-id|cf-ray|x-ratelimit-reset): ).*$/gm, '$1RANDOM');
}

describe('headroom diagnose', () => {
  test('writes a report with every request and response, and an explanation', async () => {
    const { simulator } = await hubWithAccount();
    const report = await diagnose(simulator.url);
    await expect(settled(report)).toMatchFileSnapshot('diagnose/golden/report.md');
  });

  test('spends nothing', async () => {
    const { simulator, control } = await hubWithAccount();
    await diagnose(simulator.url);
    expect(control.remaining({ source: '127.0.0.1' })).toBe(100);
  });

  test('sends requests only to the configured hosts', async () => {
    const { simulator } = await hubWithAccount();
    const report = await diagnose(simulator.url, ['--credential=anonymous']);
    expect(report).toContain('## Credential 1 of 1: anonymous (anonymous)');
    expect(report).not.toContain('> authorization: Basic');
  });

  test.each<[fault: FaultName, ...told: (string | RegExp)[]]>([
    [
      'pull-limit',
      /A HEAD with nothing left returns 429, with .*ratelimit/,
      'Retry-After on a 429 of the hub: none',
    ],
    [
      'abuse',
      'Retry-After on a 429 of the hub: "60"',
      'Answer: Docker Hub refuses requests from this address',
    ],
    ['unauthorized', '< HTTP/1.1 401'],
    ['login-locked', 'Advice: Find who sends a wrong password'],
    ['empty-numbers', 'Answer: the rate-limit headers could not be read'],
    ['missing-headers', 'Answer: unlimited', 'Limit headers: none'],
    ['server-error', 'Answer: Docker Hub has a fault of its own'],
    ['reset', /\* HEAD at 127\.0\.0\.1:\d+ failed: (?:ECONNRESET|UND_ERR_SOCKET)/],
    ['captive-portal', /Answer: .*(?:token service|Docker Hub)/],
    ['dropped-to-anonymous', 'A login was accepted and is metered as if it were anonymous'],
  ])('explains the fault %s', async (fault, ...told) => {
    const { simulator, control } = await hubWithAccount();
    control.setFault(fault);
    const report = await diagnose(simulator.url);
    for (const text of told) expect(report).toMatch(text);
  });

  test('reports that a wrong login is refused, not downgraded', async () => {
    const { simulator, control } = await startSimulatedHub();
    control.addAccount({ name: USER, password: 'another' });
    const report = await diagnose(simulator.url);
    expect(report).toContain('Answer: Docker Hub rejects this login');
    expect(report).toContain('A wrong login is refused with 401 by the token service, and not downgraded');
  });

  test('describes the response to a HEAD with no pulls left', async () => {
    const { simulator, control } = await hubWithAccount();
    control.spend({ source: '127.0.0.1', pulls: 100 });
    expect(await diagnose(simulator.url)).toMatch(/A HEAD with nothing left returns \d{3}, with/);
  });

  test('shows a proxy and not its password', async () => {
    const { simulator } = await hubWithAccount();
    const { url, forwarded } = await startProxy(Number(simulator.url.port));
    const file = temporaryFolder().write('headroom.yml', {
      hub: { url: simulator.url.origin },
      credentials: [{ name: 'nat', route: { proxy_url: `http://carol:s3cretProxy@${url.host}` } }],
    });
    const report = await diagnose(simulator.url, [`--config.file=${file}`], {
      HEADROOM_HUB_URL: '',
      DOCKERHUB_USERNAME: '',
      DOCKERHUB_PASSWORD: '',
    });
    expect(forwarded[0]).toContain('carol:s3cretProxy');
    expect(report).toMatch(/> HEAD http:\/\/127\.0\.0\.1:\d+\/v2\/\S+ HTTP\/1\.1/);
    expect(report).toMatch(new RegExp(`Proxy: through ${url.host}`));
    expect(report).toContain('> proxy-authorization: Basic <secret>');
    expect(report).not.toMatch(/carol|s3cretProxy/);
  });

  test('names the issuer of the certificate', async () => {
    const { authority, certificate, key } = await issueServerCertificate(Date.now());
    const { simulator, control } = await startSimulatedHub({ tls: { certificate, key } });
    control.addAccount({ name: USER, password: PASSWORD });
    const folder = temporaryFolder();
    const file = folder.write('headroom.yml', {
      hub: { url: simulator.url.origin, ca_file: folder.write('ca.pem', authority) },
    });
    const report = await diagnose(simulator.url, [`--config.file=${file}`]);
    expect(report).toMatch(/\* TLSv1\.3, ALPN /);
    expect(report).toMatch(/- TLS: TLSv1\.3, CN=.+\. If the issuer is your own company/);
  });

  test('shows that nothing answers', async () => {
    const report = await diagnose(new URL('http://127.0.0.1:1'));
    expect(report).toContain('* no connection to 127.0.0.1:1: ECONNREFUSED');
    expect(report).toContain('Detail: Cannot connect to the hub at 127.0.0.1:1: ECONNREFUSED');
  });

  test('does not let a response end its block of code or show a secret', async () => {
    const answer = [
      'HTTP/1.1 200 OK',
      'Via: 1.1 proxy.example.com',
      'X-Note: ````` for acmeci',
      `X-Echo: ${PASSWORD}`,
      'Set-Cookie: Planted=1',
      'Date: Mon, 23 Nov 2026 20:58:30 GMT',
      'Content-Length: 0',
    ];
    const port = await listen(
      createServer((socket) => void socket.once('data', () => socket.end(`${answer.join('\r\n')}\r\n\r\n`))),
    );
    const report = await diagnose(new URL(`http://127.0.0.1:${port}`));
    expect(report).toContain('\n``````http\n');
    expect(report).toContain('< X-Note: ````` for <user-name>');
    expect(report).toContain('< Set-Cookie: <secret>');
    expect(report).toContain('responses name one: 1.1 proxy.example.com');
    expect(report).toContain('Clock: this machine is 1m30s ahead of Docker Hub');
  });

  test('refuses a wrong command line and a wrong configuration', async () => {
    expect(await run(['diagnose', '--timeout=never'])).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await run(['diagnose', '--credential=who'])).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../../src/kit/http/http-client.ts';
import { describeFault } from '../../../src/kit/http/network-fault.ts';
import { parseProxy } from '../../../src/kit/http/proxy.ts';
import { issueServerCertificate } from '../../../src/simulator/certificate-authority.ts';
import { listen } from '../../hub/loopback-server.ts';
import { describeWithProgram } from '../../requires-program.ts';
import { type ProxyProgram, startRealProxy } from './real-proxy.ts';

const LOGIN = 'corp:hunter2';

let certificate: Awaited<ReturnType<typeof issueServerCertificate>>;

beforeAll(async () => {
  certificate = await issueServerCertificate(Date.now());
});

const tellWay: RequestListener = ({ url, headers }, response) =>
  void response.end(`${url} ${headers.via === undefined ? 'through a tunnel' : 'passed on'}`);

/** A target on loopback, of both kinds. */
async function startTargets() {
  const { certificate: cert, key } = certificate;
  const plain = await listen(createHttpServer(tellWay));
  const secure = await listen(createHttpsServer({ cert, key }, tellWay));
  return { plain, http: `http://127.0.0.1:${plain}`, secure, https: `https://127.0.0.1:${secure}` };
}

/** Sends a GET through a proxy; gives status and body, or the fault in words. */
async function get(url: string, proxyUrl: string): Promise<string> {
  // Chosen by hand: the rules request loopback directly.
  const proxy = parseProxy(proxyUrl, 'HTTPS_PROXY');
  const client = createHttpClient({ proxyFor: () => proxy });
  onTestFinished(() => client.close());
  const trust = { version: 'own', secureContext: createSecureContext({ ca: certificate.authority }) };
  try {
    const { signal } = new AbortController();
    const answer = await client.send({
      method: 'GET',
      url: new URL(url),
      signal,
      maxBodyBytes: 1_000,
      trust,
    });
    return `${answer.status} ${answer.body}`;
  } catch (error) {
    return describeFault(error, 'the target');
  }
}

for (const program of ['squid', 'tinyproxy'] satisfies ProxyProgram[]) {
  describeWithProgram(program, `send() through ${program}`, () => {
    test('tunnels to https targets, and passes http requests on', async () => {
      const { http, https, secure } = await startTargets();
      const host = await startRealProxy(program, { tunnelPort: secure });

      expect(await get(`${https}/a?b`, `http://${host}`)).toBe('200 /a?b through a tunnel');
      expect(await get(`${http}/a?b`, `http://${host}`)).toBe('200 /a?b passed on');
    });

    test('sends the login, and states when it is missing or wrong', async () => {
      const { http, https, secure } = await startTargets();
      const host = await startRealProxy(program, { tunnelPort: secure, login: LOGIN });
      const words = (start: string) =>
        new RegExp(`^the target cannot be reached: the proxy ${host} \\S+ ${start}`);

      for (const target of [http, https]) {
        expect(await get(target, `http://${LOGIN}@${host}`)).toMatch(/^200 /);
        expect(await get(target, `http://${host}`)).toMatch(words('asks for a user name and password'));
        const wrong = await get(target, `http://corp:hunter3@${host}`);
        expect(wrong).toMatch(words('rejects the user name and password in HTTPS_PROXY: it answers 40[17]'));
        expect(wrong).not.toContain('hunter3');
      }
    });

    test('reports that it refuses or cannot reach a target', async () => {
      const { https } = await startTargets();
      const host = await startRealProxy(program, { tunnelPort: 1 });
      const named = `the target cannot be reached: the proxy ${host} (HTTPS_PROXY)`;

      expect(await get(https, `http://${host}`)).toBe(
        `${named} refuses to carry the request to ${new URL(https).host}: it answers 403 Forbidden`,
      );
      expect(await get('https://127.0.0.1:1', `http://${host}`)).toMatch(
        / cannot carry the request to 127\.0\.0\.1:1: it answers 50\d /,
      );
      expect(await get('http://127.0.0.1:1', `http://${host}`)).toMatch(
        / answers in place of 127\.0\.0\.1:1: 50\d /,
      );
    });
  });
}

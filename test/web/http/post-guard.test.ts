import express, { type Request, type Response } from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPostGuard } from '../../../src/web/http/post-guard.ts';
import { NO_WEB_CONFIG } from '../../../src/web/http/web-config.ts';

const KEY = Buffer.from('a key of this process');
const EXTERNAL = 'https://headroom.example.com/';

/** A server with one guarded form, and a page that contains its token. */
async function guardedForm(externalUrl?: string) {
  const guard = createPostGuard({
    key: KEY,
    externalUrl,
    hosts: () => new Set(),
    enableAdmin: false,
    webConfig: NO_WEB_CONFIG,
    answerError: async (_, response, { status, code }) => {
      response.status(status).send(code);
    },
  });
  const application = express();
  application.get('/', (request, response) => void response.send(guard.tokenFor(request)));
  application.post('/', guard.requireOwnPage, (_: Request, response: Response) => void response.send('done'));
  const server = application.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const address = server.address() as { port: number };
  const origin = `http://127.0.0.1:${address.port}`;
  const tokenOf = async (headers = {}) => (await fetch(origin, { headers })).text();
  return { origin, tokenOf };
}

async function post(origin: string, headers: Record<string, string>, token?: string): Promise<string> {
  const body = new URLSearchParams(token === undefined ? {} : { token });
  return (await fetch(origin, { method: 'POST', headers, body })).text();
}

describe('requireOwnPage', () => {
  // headers, whether the right token comes along, what becomes of it
  test.each([
    ['a program, which says nothing of where it comes from', {}, false, 'done'],
    ['our page', { 'sec-fetch-site': 'same-origin' }, true, 'done'],
    ['a page that does not know the token', { 'sec-fetch-site': 'same-origin' }, false, 'forbidden'],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, true, 'forbidden'],
    ['a page of a neighbour', { 'sec-fetch-site': 'same-site' }, true, 'forbidden'],
    ['our page by plain HTTP', { origin: 'own' }, true, 'done'],
    ['our page by plain HTTP, without the token', { origin: 'own' }, false, 'forbidden'],
    ['another origin by plain HTTP', { origin: 'http://evil.example' }, true, 'forbidden'],
    ['an origin that hides', { origin: 'null' }, true, 'forbidden'],
    ['our page behind a proxy', { origin: 'https://headroom.example.com' }, true, 'done'],
    [
      'a proxy that says its name',
      { origin: 'https://a.example', 'x-forwarded-host': 'a.example' },
      true,
      'done',
    ],
  ])('%s', async (_, headers, hasToken, answer) => {
    const { origin, tokenOf } = await guardedForm(EXTERNAL);
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value === 'own' ? origin : value]),
    );
    expect(await post(origin, sent, hasToken ? await tokenOf() : undefined)).toBe(answer);
  });

  test('accepts the token of a script in a header, with JSON', async () => {
    const { origin, tokenOf } = await guardedForm();
    const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    const send = async (extra: Record<string, string>) =>
      (await fetch(origin, { method: 'POST', headers: { ...headers, ...extra }, body: '{}' })).text();
    expect(await send({ 'x-headroom-token': await tokenOf() })).toBe('done');
    expect(await send({ 'x-headroom-token': 'guessed' })).toBe('forbidden');
    expect(await send({})).toBe('forbidden');
  });

  test('does not take the token of another user', async () => {
    const { origin, tokenOf } = await guardedForm();
    const token = await tokenOf({ authorization: 'Basic bWFsbG9yeTpwdw==' });
    const headers = { 'sec-fetch-site': 'same-origin', authorization: 'Basic YWxpY2U6cHc=' };
    expect(await post(origin, headers, token)).toBe('forbidden');
  });
});

import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createWebPlanner } from '../../../src/plan-for-web.ts';
import { MAX_PLAN_BYTES } from '../../../src/web/plan/body.ts';
import { SILENT_LOG } from '../../domain/log-recorder.ts';
import { startWeb } from '../start-web.ts';
import { NOW, STATES } from '../states.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: <web> }
spec: { replicas: 3, template: { spec: { containers: [{ name: web, image: "nginx:1.29" }] } } }
`;

/** Starts a server that computes plans, with the states of the tests. */
async function startPlanner(): Promise<URL> {
  const knowledge = {
    states: () => STATES,
    outlookOf: () => undefined,
    clock: { now: () => NOW, monotonicMs: () => 0 },
    log: SILENT_LOG,
  };
  const { url } = await startWeb({ plan: createWebPlanner(knowledge) });
  return url;
}

async function postJson(
  url: URL,
  body: unknown,
): Promise<{ status: number; answer: Record<string, unknown> }> {
  const response = await fetch(new URL('api/v1/plan', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

describe('POST /api/v1/plan', () => {
  test('counts files against a bucket', async () => {
    const files = [{ name: 'web.yml', text: DEPLOYMENT }];
    const { status, answer } = await postJson(await startPlanner(), {
      files,
      nodes: 2,
      clusters: 3,
      model: 'docs',
    });

    expect(status).toBe(200);
    expect(answer).toMatchObject({
      pulls: { low: 3, high: 6 },
      model: 'docs',
      nodes: 2,
      clusters: 3,
      left_out: [],
      images: [{ file: 'web.yml', line: 4, reference: 'docker.io/library/nginx:1.29', hub: true }],
    });
    expect(answer.bucket).not.toBeNull();
  });

  test('draws on the bucket of a credential by name', async () => {
    const url = await startPlanner();
    const files = [{ name: 'web.yml', text: DEPLOYMENT }];
    for (const name of STATES.map(({ identity }) => identity.name)) {
      const { answer } = await postJson(url, { files, credential: name });
      expect(answer.bucket).toMatchObject({ credential: name });
    }
    expect(await postJson(url, { files, credential: 'nobody' })).toMatchObject({
      status: 400,
      answer: { error: { message: expect.stringMatching(/^There is no such credential; allowed are /) } },
    });
    // Each plan starts a process.
  });

  test.each([
    { what: 'no file', body: {}, message: 'There is no file: paste one, or choose some' },
    { what: 'an unknown field', body: { fils: [] }, message: 'Not a plan: Unrecognized key: "fils"' },
    { what: 'a number that is none', body: { nodes: 'many' }, message: /^nodes is not a number of machines/ },
    { what: 'an unknown runtime', body: { runtime: 'docker' }, message: /^runtime: Invalid option/ },
    { what: 'no JSON', body: '{', message: 'The body of this request is neither a form nor JSON' },
    { what: 'a list', body: [], message: 'The body of this request is neither a form nor JSON' },
  ])('refuses $what', async ({ body, message }) => {
    const { status, answer } = await postJson(await startPlanner(), body);
    expect(status).toBe(400);
    expect((answer.error as { message: string }).message).toMatch(message);
  });

  test('refuses more than it reads, while it is still coming', async () => {
    const url = new URL('api/v1/plan', await startPlanner());
    const status = await new Promise((resolve, reject) => {
      const sending = request(
        url,
        { method: 'POST', headers: { 'content-type': 'application/json' } },
        (response) => {
          resolve(response.statusCode);
          sending.destroy();
        },
      );
      sending.on('error', reject);
      // Never ended: a read of the rest never returns.
      sending.write(Buffer.alloc(MAX_PLAN_BYTES + 1, 32));
    });
    expect(status).toBe(413);
  });

  test('answers nothing else', async () => {
    const response = await fetch(new URL('api/v1/plan', await startPlanner()));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('/plan', () => {
  async function tokenOf(url: URL): Promise<string> {
    const page = await (await fetch(new URL('plan', url))).text();
    return /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '';
  }

  /** As a browser sends a form of ours. */
  async function postForm(url: URL, fields: Readonly<Record<string, string>>, file?: File) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', file ?? new File([], ''));
    const headers = { 'sec-fetch-site': 'same-origin' };
    const response = await fetch(new URL('plan', url), { method: 'POST', headers, body: form });
    return { status: response.status, page: await response.text() };
  }

  test('is an empty form at first', async () => {
    const response = await fetch(new URL('plan', await startPlanner()));
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain('<h1>Plan a rollout</h1>');
    expect(page).not.toContain('plan-headline');
  });

  test('answers what was pasted and what was chosen, and shows the form as it was filled in', async () => {
    const url = await startPlanner();
    const file = new File(['FROM redis:8\n'], 'Dockerfile');
    const fields = {
      token: await tokenOf(url),
      text: DEPLOYMENT,
      nodes: '2',
      clusters: '',
      runtime: '',
      model: 'docs',
    };
    const { status, page } = await postForm(url, fields, file);

    expect(status).toBe(200);
    expect(page).toContain('docker.io/library/nginx:1.29');
    expect(page).toContain('docker.io/library/redis:8');
    expect(page).toContain('pasted:4');
    expect(page).toContain('Deployment &lt;web&gt;, web');
    expect(page).toContain(
      'name="nodes" min="1" max="100000" inputmode="numeric" placeholder="unknown" value="2"',
    );
    expect(page).toMatch(/<option value="docs" selected>/);
  });

  test('names what was left out, by file and line, escaped', async () => {
    const url = await startPlanner();
    const text = 'apiVersion: x/v1\nkind: <script>\n';
    const { page } = await postForm(url, { token: await tokenOf(url), text });
    expect(page).toContain('<code>pasted:2:1</code>');
    expect(page).toContain('Unknown kind: &lt;script&gt; (x/v1)');
    expect(page).not.toContain('kind: <script>');
  });

  test('lists 500 images and problems, and states how many there are beyond them', async () => {
    const url = await startPlanner();
    const containers = Array.from({ length: 501 }, (_, i) => `{ image: "a/b:${i}" }, { image: "A${i}" }`);
    const text = `apiVersion: v1\nkind: Pod\nspec: { containers: [${containers.join(', ')}, { image: B }] }\n`;
    const { page } = await postForm(url, { token: await tokenOf(url), text });
    expect(page.match(/<li class="notice" data-tone="warn"><code>pasted:/g)).toHaveLength(500);
    expect(page).toContain('<li class="notice" data-tone="warn">and 2 more, which the API lists</li>');
    expect(page.match(/<td><code>docker.io\/a\/b:/g)).toHaveLength(500);
    expect(page).toContain('<p>and 1 more, which the API lists</p>');
  });

  test('states what is wrong with the form', async () => {
    const url = await startPlanner();
    const { status, page } = await postForm(url, { token: await tokenOf(url), text: ' ' });
    expect(status).toBe(400);
    expect(page).toContain('There is no file: paste one, or choose some');
  });

  test('accepts no form of another site', async () => {
    const { status } = await postForm(await startPlanner(), { token: 'guessed', text: DEPLOYMENT });
    expect(status).toBe(403);
  });
});

import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import express from 'express';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createWebPlanner } from '../../src/plan-for-web.ts';
import { toLiveEventJson } from '../../src/web/api/event-json.ts';
import { createWeb } from '../../src/web/web.ts';
import { foreseen, usedUp } from '../domain/forecasts.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { alertServiceOf, lowAlert, silence } from './alert-service.ts';
import { fleetCredential, fleetOf, member, UNPROBED } from './fleet-fixtures.ts';
import { loss, spendingOf, sum } from './spending/spending-fixtures.ts';
import { startWeb, webOptions } from './start-web.ts';
import { NOW, STATES } from './states.ts';

interface Operation {
  readonly requestBody?: { content: Record<string, { schema: AnySchemaObject }> };
  readonly responses: Record<
    string,
    { $ref?: string; content?: Record<string, { schema: AnySchemaObject }> }
  >;
}
interface Document {
  readonly openapi: string;
  readonly info: { version: string };
  readonly servers: readonly { url: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { responses: Record<string, Operation['responses'][string]> };
}

const FORECASTS = [
  foreseen(NOW),
  usedUp(NOW),
  { kind: 'unlimited' },
  { kind: 'unknown', reason: 'stale' },
] as const;
const SILENCE_WISH = { subject: 'source 203.0.113.7', duration: '1h', author: 'ann' };
/** Something to count, something to leave out, and something that is no part of a plan. */
const PLANNED = {
  files: [
    { name: 'compose.yaml', text: 'services: { web: { image: nginx } }' },
    { name: 'widget.yaml', text: 'apiVersion: x/v1\nkind: Widget\n' },
    { name: 'readme.md', text: 'hello' },
  ],
  nodes: 3,
  clusters: 40,
  runtime: 'containerd',
  credential: 'nat-b',
};

/** Starts a server whose answers have every part of the API. */
async function startTalkative() {
  const states = () => STATES;
  const clock = { now: () => NOW, monotonicMs: () => performance.now() };
  const outlookOf = (name: string) => {
    const forecast = FORECASTS[STATES.findIndex(({ identity }) => identity.name === name) % FORECASTS.length];
    return forecast && { forecast, pool: { sources: ['a', 'b'], switches: 3, revisits: 2, answers: 9 } };
  };
  const point = {
    at: NOW - 60_000,
    remaining: 76,
    limit: 100,
    windowSeconds: 3_600,
    spent: 1.5,
    outcome: 'limited',
  } as const;
  const gap = { at: NOW, remaining: null, limit: null, windowSeconds: null, spent: null, outcome: null };
  const series = (name: string, { from, to }: { from: number; to: number }) =>
    name === 'nobody' ? undefined : { name, from, to, stepMs: null, points: [point, gap] };
  const { url } = await startWeb({
    states,
    clock,
    outlookOf,
    series,
    bucketSeries: series,
    pollNow: async () => 'probed',
    spending: spendingOf({
      sums: [sum({ team: 'shop', namespace: 'a', image: 'docker.io/acme/web:1' }, 3, 5)],
      losses: [loss(0, 8.5), loss(1, null)],
      usage: [
        { at: NOW - 7_200_000, user: 'acmeci', token: '', repository: 'acme/web', addresses: [], pulls: 3 },
      ],
      waiting: [
        {
          cluster: 'prod',
          namespace: 'a',
          workload: 'Deployment/web',
          image: 'docker.io/acme/web:1',
          credential: 'ci',
          refusal: 'pull_limit',
          pods: 9,
          since: NOW,
        },
      ],
    }),
    fleet: () => fleetOf([member('north', fleetCredential('ci', 76), fleetCredential('new', 0, UNPROBED))]),
    changes: () => [
      { kind: 'limit', at: NOW - 2, from: 100, to: 200 },
      { kind: 'source', at: NOW - 1, from: '192.0.2.1', to: 'acme' },
    ],
    alerts: alertServiceOf({
      events: [
        { kind: 'firing', at: NOW - 3, alert: lowAlert() },
        { kind: 'silenced', at: NOW - 2, silence: silence({ subjectKey: 'source 192.0.2.1' }) },
      ],
      alerts: [lowAlert(), lowAlert({ state: 'pending', firedAt: undefined, silencedBy: 's1' })],
      silences: [silence(), silence({ id: 's2', rule: 'RateLimitLow', kind: 'acknowledgement' })],
      receivers: [
        { name: 'slack', queued: 0, sent: 3, failed: 0, lastSentAt: NOW, lastError: undefined },
        {
          name: 'hook',
          queued: 2,
          sent: 0,
          failed: 1,
          lastSentAt: undefined,
          lastError: { at: NOW, message: '502' },
        },
      ],
    }),
    plan: createWebPlanner({ states, outlookOf, clock, log: SILENT_LOG }),
  });
  return url;
}

/** Every object may have the fields of its description and no others: what is not described is not an API. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, closed(part)]));
  return 'properties' in parts && !('additionalProperties' in parts)
    ? { ...parts, additionalProperties: false }
    : parts;
}

describe('/api/v1/openapi.json', () => {
  let document: Document;
  let routes: string[];

  beforeAll(async () => {
    const route = vi.spyOn(express.Router.prototype, 'route');
    const web = createWeb(webOptions());
    await web.start();
    routes = route.mock.calls.map(([path]) => String(path)).filter((path) => path.startsWith('/api/'));
    route.mockRestore();
    document = (await (await fetch(new URL('api/v1/openapi.json', web.urls[0]))).json()) as Document;
    await web.stop();
  });

  function validatorOf(schema: AnySchemaObject) {
    const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': isTimestamp } });
    ajv.addSchema({ $id: 'doc', components: closed(document.components) });
    const absolute = JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/', '"doc#/'));
    return ajv.compile(absolute);
  }

  function responseOf(path: string, method: string, status: number) {
    const response = document.paths[path]?.[method]?.responses[status];
    const name = response?.$ref?.split('/').at(-1);
    return name === undefined ? response : document.components.responses[name];
  }

  test('is an OpenAPI 3.1 document of this server', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info.version).toBe('1.2.3');
    expect(document.servers).toEqual([{ url: '/' }]);
    const { url } = await startWeb({ routePrefix: '/a', externalUrl: 'https://h.example/a/' });
    const elsewhere = (await (await fetch(new URL('api/v1/openapi.json', url))).json()) as Document;
    expect(elsewhere.servers).toEqual([{ url: 'https://h.example/a' }]);
  });

  test('has every route there is, and no other', () => {
    const described = Object.keys(document.paths).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
    expect(described.sort()).toEqual([...new Set(routes)].sort());
  });

  test('has no key without a value, as a comma in an unquoted description makes', () => {
    expect(JSON.stringify(document).match(/"[^"]*":null/g)).toBeNull();
  });

  test('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path ?? '',
    );
    const find = (path: string) =>
      path
        .split('/')
        .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], document);
    expect(references.filter((path) => find(path) === undefined)).toEqual([]);
  });

  // method, path as described, path as requested, what is sent, status
  test.each([
    ['get', '/api/v1/summary', undefined, undefined, 200],
    ['get', '/api/v1/credentials', undefined, undefined, 200],
    ['post', '/api/v1/poll', undefined, { credential: 'team' }, 200],
    ['post', '/api/v1/poll', undefined, { credential: 'nobody' }, 404],
    ['get', '/api/v1/credentials/{name}/history', 'api/v1/credentials/ci/history', undefined, 200],
    ['get', '/api/v1/credentials/{name}/history', 'api/v1/credentials/ci/history?from=x', undefined, 400],
    ['get', '/api/v1/credentials/{name}/history', 'api/v1/credentials/nobody/history', undefined, 404],
    ['get', '/api/v1/credentials/{name}/events', 'api/v1/credentials/ci/events', undefined, 200],
    ['get', '/api/v1/credentials/{name}/events', 'api/v1/credentials/ci/events?limit=0', undefined, 400],
    ['get', '/api/v1/buckets/{name}/history', 'api/v1/buckets/192.0.2.1/history', undefined, 200],
    ['get', '/api/v1/spending', 'api/v1/spending?by=team,namespace,image', undefined, 200],
    ['get', '/api/v1/report', 'api/v1/report?from=x', undefined, 400],
    ['get', '/api/v1/report', 'api/v1/report?bucket=x', undefined, 404],
    ['get', '/api/v1/spending', 'api/v1/spending?by=pod', undefined, 400],
    ['get', '/api/v1/spending', 'api/v1/spending?bucket=x', undefined, 404],
    ['get', '/api/v1/usage', 'api/v1/usage?by=token', undefined, 200],
    ['get', '/api/v1/usage', 'api/v1/usage?by=cluster', undefined, 400],
    ['get', '/api/v1/alerts', undefined, undefined, 200],
    ['get', '/api/v1/silences', undefined, undefined, 200],
    ['post', '/api/v1/silences', undefined, SILENCE_WISH, 201],
    ['post', '/api/v1/silences', undefined, { ...SILENCE_WISH, duration: 'long' }, 400],
    ['delete', '/api/v1/silences/{id}', 'api/v1/silences/s1', undefined, 204],
    ['delete', '/api/v1/silences/{id}', 'api/v1/silences/nobody', undefined, 404],
    ['post', '/api/v1/plan', undefined, PLANNED, 200],
    ['post', '/api/v1/plan', undefined, { files: [] }, 400],
    ['get', '/api/v1/openapi.json', undefined, undefined, 200],
  ] as const)('describes what %s %s answers (%s, %j: %i)', async (method, path, asked, sent, status) => {
    const url = await startTalkative();
    const response = await fetch(new URL(asked ?? path.slice(1), url), {
      method: method.toUpperCase(),
      ...(sent && { body: JSON.stringify(sent), headers: { 'content-type': 'application/json' } }),
    });
    expect(response.status).toBe(status);
    const described = responseOf(path, method, status);
    expect(described).toBeDefined();
    if (status === 204) return;
    const validate = validatorOf(described?.content?.['application/json']?.schema ?? { not: {} });
    validate(await response.json());
    expect(validate.errors).toBe(null);
  });

  test('is held to a plan in which there is something of everything', async () => {
    const url = new URL('api/v1/plan', await startTalkative());
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(PLANNED) });
    const plan = (await response.json()) as Record<string, readonly unknown[]>;
    expect(plan.bucket).not.toBeNull();
    for (const list of ['images', 'left_out', 'advice']) {
      expect(plan[list], list).not.toEqual([]);
    }
  });

  test('describes the CSV of spending', async () => {
    const response = await fetch(new URL('api/v1/spending.csv', await startTalkative()));
    const described = responseOf('/api/v1/spending.csv', 'get', 200);
    expect(Object.keys(described?.content ?? {})).toEqual([
      response.headers.get('content-type')?.split(';')[0],
    ]);
  });

  test.each(['credentials/ci', 'buckets/192.0.2.1'])('describes the CSV of %s', async (path) => {
    const url = await startTalkative();
    const response = await fetch(new URL(`api/v1/${path}/history.csv`, url));
    const described = responseOf(`/api/v1/${path.split('/')[0]}/{name}/history.csv`, 'get', 200);
    expect(Object.keys(described?.content ?? {})).toContain(
      response.headers.get('content-type')?.split(';')[0],
    );
  });

  test('describes the events of the stream', () => {
    const validate = validatorOf({ $ref: '#/components/schemas/Result' });
    for (const { latest } of STATES) {
      if (!latest) continue;
      validate(toLiveEventJson({ kind: 'result', result: latest }));
      expect(validate.errors).toBe(null);
    }
  });

  test.each([
    ['AlertEvent', { kind: 'firing', at: NOW, alert: lowAlert() }],
    ['SilenceEvent', { kind: 'acknowledged', at: NOW, silence: silence() }],
  ] as const)('describes the alert events of the stream: %s', (name, event) => {
    const validate = validatorOf({ $ref: `#/components/schemas/${name}` });
    validate(toLiveEventJson({ kind: 'alert', event }));
    expect(validate.errors).toBe(null);
  });

  test('describes the parameters', () => {
    const wish =
      document.paths['/api/v1/silences']?.post?.requestBody?.content['application/json']?.schema ?? {};
    const validate = validatorOf(wish);
    expect(
      [SILENCE_WISH, { ...SILENCE_WISH, author: undefined }].map((body) =>
        validate(JSON.parse(JSON.stringify(body))),
      ),
    ).toEqual([true, false]);
    const plan = document.paths['/api/v1/plan']?.post?.requestBody?.content['application/json']?.schema ?? {};
    expect(validatorOf(plan)(PLANNED)).toBe(true);
  });
});

function isTimestamp(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

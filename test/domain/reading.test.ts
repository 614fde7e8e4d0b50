import { describe, expect, test } from 'vitest';
import { parseSource } from '../../src/domain/rate-limit.ts';
import { type Blocked, blocked, failed, type Reading, readAnswer } from '../../src/domain/reading.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const REGISTRY = { 'docker-distribution-api-version': 'registry/2.0' };
const MANIFEST_V2 = { 'content-type': 'application/vnd.docker.distribution.manifest.v2+json' };
const MANIFEST_V1 = { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' };

function metered(
  limit: number,
  remaining: number,
  windowSeconds: number | undefined,
  source?: string,
): Reading {
  return { kind: 'metered', rateLimit: { limit, remaining, windowSeconds }, source: parseSource(source) };
}

interface Capture {
  /** Who published it, and when it was taken. */
  readonly capture: string;
  readonly status: number;
  /** Lower-case names, as they are looked up; content that does not matter is left out. */
  readonly headers: Record<string, string>;
  readonly reading: Reading;
}

/** Answers of Docker Hub as people have published them. */
const CAPTURES: readonly Capture[] = [
  {
    capture: 'exhausted, IPv6 prefix (hub-feedback#2464, 2025-05-12)',
    status: 200,
    headers: {
      ...MANIFEST_V2,
      ...REGISTRY,
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '0;w=21600',
      'docker-ratelimit-source': '2001:41d0:801:2000::',
    },
    reading: metered(100, 0, 21_600, '2001:41d0:801:2000::'),
  },
  {
    capture: 'exhausted, provider-wide IPv6 prefix, signed manifest (hub-feedback#2339, 2023-08-23)',
    status: 200,
    headers: {
      ...MANIFEST_V1,
      ...REGISTRY,
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '0;w=21600',
      'docker-ratelimit-source': '2a01:7e00::',
    },
    reading: metered(100, 0, 21_600, '2a01:7e00::'),
  },
  {
    capture: 'paid account: no limits, the source is its UUID (hub-feedback#2311, 2023-03-09)',
    status: 200,
    headers: {
      ...MANIFEST_V1,
      ...REGISTRY,
      'docker-ratelimit-source': '186e63fa-abf0-4deb-a711-0dbd34c4a821',
    },
    reading: { kind: 'unmetered', source: parseSource('186e63fa-abf0-4deb-a711-0dbd34c4a821') },
  },
  {
    capture: 'Pro account, OCI index (docker/roadmap#701, 2024-08-29)',
    status: 200,
    headers: {
      'content-type': 'application/vnd.oci.image.index.v1+json',
      ...REGISTRY,
      'docker-ratelimit-source': 'a645ce4d-4328-42eb-8241-1624241605ef',
    },
    reading: { kind: 'unmetered', source: parseSource('a645ce4d-4328-42eb-8241-1624241605ef') },
  },
  {
    capture: 'Personal account (docker/docs PR 13499, 2021-09-10)',
    status: 200,
    headers: {
      ...REGISTRY,
      'ratelimit-limit': '200;w=21600',
      'ratelimit-remaining': '200;w=21600',
      'docker-ratelimit-source': '186e63fa-abf0-4deb-a711-0dbd34c4a821',
    },
    reading: metered(200, 200, 21_600, '186e63fa-abf0-4deb-a711-0dbd34c4a821'),
  },
  {
    capture: 'empty numbers (viadee exporter #15, 2021-03-30)',
    status: 200,
    headers: {
      ...MANIFEST_V1,
      ...REGISTRY,
      'ratelimit-limit': ';w=21600',
      'ratelimit-remaining': ';w=21600',
    },
    reading: failed('invalid_header', 'Rate limit has no number: ";w=21600"'),
  },
  {
    capture: 'nothing left, before sources were named (docker/getting-started#101, 2020-11-20)',
    status: 200,
    headers: {
      ...MANIFEST_V1,
      ...REGISTRY,
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '0;w=21600',
    },
    reading: metered(100, 0, 21_600),
  },
  {
    capture: 'an unknown tag carries limits (containers/image errors_test.go, 2021-08-12)',
    status: 404,
    headers: {
      'content-type': 'application/json',
      ...REGISTRY,
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '100;w=21600',
    },
    reading: metered(100, 100, 21_600),
  },
  {
    capture: 'no token: a source, but no numbers (charliecloud PR 1516, 2022-12-21)',
    status: 401,
    headers: {
      'content-type': 'application/json',
      ...REGISTRY,
      'www-authenticate':
        'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"',
      'docker-ratelimit-source': '192.12.184.6',
    },
    reading: failed('unauthorized', 'The hub answered 401'),
  },
  {
    capture: 'abuse limit (hub-feedback#1907, 2020-10-25)',
    status: 429,
    headers: { 'cache-control': 'no-cache', 'content-type': 'text/plain', 'retry-after': '60' },
    reading: { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 },
  },
  {
    capture: "the documents' example (docker/docs usage/pulls.md)",
    status: 200,
    headers: {
      ...REGISTRY,
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '20;w=21600',
      'docker-ratelimit-source': '192.0.2.1',
    },
    reading: metered(100, 20, 21_600, '192.0.2.1'),
  },
  {
    capture: 'signed in, HTTP/2, both spellings, one hour (2026-07-15)',
    status: 200,
    headers: {
      'content-type': 'application/vnd.oci.image.manifest.v1+json',
      ...REGISTRY,
      'docker-ratelimit-source': 'exampleuser',
      'x-ratelimit-limit': '200;w=3600',
      'ratelimit-limit': '200;w=3600',
      'x-ratelimit-remaining': '198;w=3600',
      'ratelimit-remaining': '198;w=3600',
    },
    reading: metered(200, 198, 3_600, 'exampleuser'),
  },
  {
    capture: 'anonymous, HTTP/2 (2026)',
    status: 200,
    headers: {
      ...MANIFEST_V2,
      'docker-ratelimit-source': '140.228.65.63',
      'ratelimit-limit': '100;w=3600',
      'ratelimit-remaining': '100;w=3600',
    },
    reading: metered(100, 100, 3_600, '140.228.65.63'),
  },
  {
    capture: 'pull limit on a HEAD (2026-08-24)',
    status: 429,
    headers: {
      'x-ratelimit-limit': '100;w=3600',
      'x-ratelimit-remaining': '0;w=3600',
      'docker-ratelimit-source': '128.194.0.6',
    },
    reading: metered(100, 0, 3_600, '128.194.0.6'),
  },
];

function read(status: number, headers: Record<string, string>): Reading {
  return readAnswer({ status, header: (name) => headers[name] }, NOW);
}

describe('readAnswer() of a capture', () => {
  test.each(CAPTURES)('$capture', ({ status, headers, reading }) => {
    expect(read(status, headers)).toEqual(reading);
  });
});

describe('readAnswer()', () => {
  const LIMITS = { 'ratelimit-limit': '100;w=3600', 'ratelimit-remaining': '76;w=3600' };

  test.each<{ criterion: string; status: number; headers: Record<string, string>; reading: Reading }>([
    {
      criterion: 'does not take the page of a captive portal for "unlimited"',
      status: 200,
      headers: { 'content-type': 'text/html' },
      reading: failed('unexpected_response', 'The hub answered 200'),
    },
    {
      criterion: 'takes an answer of the registry without content type for one',
      status: 200,
      headers: REGISTRY,
      reading: { kind: 'unmetered', source: undefined },
    },
    {
      criterion: 'does not say "unlimited" of an image that does not exist',
      status: 404,
      headers: REGISTRY,
      reading: failed('not_found', 'The hub answered 404'),
    },
    {
      criterion: 'refuses half a limit on a 429 rather than calling it a block',
      status: 429,
      headers: { 'ratelimit-limit': '100;w=3600' },
      reading: failed('invalid_header', 'ratelimit-limit came without ratelimit-remaining'),
    },
    {
      criterion: 'believes no numbers on a 401',
      status: 401,
      headers: LIMITS,
      reading: failed('unauthorized', 'The hub answered 401'),
    },
    {
      criterion: 'believes no numbers on a 500',
      status: 500,
      headers: LIMITS,
      reading: failed('server_error', 'The hub answered 500'),
    },
    {
      criterion: 'knows a ban',
      status: 403,
      headers: REGISTRY,
      reading: failed('forbidden', 'The hub answered 403'),
    },
    {
      criterion: 'knows a proxy that wants a password',
      status: 407,
      headers: {},
      reading: failed('proxy', 'The hub answered 407'),
    },
    {
      criterion: 'knows an outage',
      status: 503,
      headers: { 'content-type': 'text/html' },
      reading: failed('server_error', 'The hub answered 503'),
    },
    {
      criterion: 'does not follow where a redirect leads',
      status: 302,
      headers: { location: 'https://portal.example.com/' },
      reading: failed('unexpected_response', 'The hub answered 302'),
    },
  ])('$criterion', ({ status, headers, reading }) => {
    expect(read(status, headers)).toEqual(reading);
  });
});

describe('blocked()', () => {
  test.each<{ retryAfter: string | undefined; seconds: number | undefined; why: string }>([
    { retryAfter: undefined, seconds: undefined, why: 'not said' },
    { retryAfter: '60', seconds: 60, why: 'seconds' },
    { retryAfter: ' 60 ', seconds: 60, why: 'white space' },
    { retryAfter: '86400', seconds: 3_600, why: 'no longer than an hour is believed' },
    { retryAfter: 'Mon, 23 Nov 2026 12:02:00 GMT', seconds: 120, why: 'a date' },
    { retryAfter: 'Mon, 23 Nov 2026 11:00:00 GMT', seconds: undefined, why: 'a date that has passed' },
    { retryAfter: 'Fri, 31 Dec 9999 23:59:59 GMT', seconds: 3_600, why: 'a date far away' },
    { retryAfter: '0', seconds: undefined, why: 'no pause at all' },
    { retryAfter: '-5', seconds: undefined, why: 'negative' },
    { retryAfter: '', seconds: undefined, why: 'empty' },
    { retryAfter: 'soon', seconds: undefined, why: 'garbage' },
    { retryAfter: '9'.repeat(400), seconds: 3_600, why: 'a number beyond all numbers' },
  ])('reads Retry-After "$retryAfter": $why', ({ retryAfter, seconds }) => {
    const expected: Blocked = { kind: 'blocked', reason: 'login', retryAfterSeconds: seconds };
    expect(blocked('login', retryAfter, NOW)).toEqual(expected);
  });

  test('rounds the pause until a date up, so that no request is sent too early', () => {
    const { retryAfterSeconds } = blocked('abuse', 'Mon, 23 Nov 2026 12:02:00 GMT', NOW + 1);
    expect(retryAfterSeconds).toBe(120);
  });
});

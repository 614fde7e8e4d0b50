import { describe, expect, test } from 'vitest';
import { findTraces } from './traces.ts';

const SECRET = 'pl@nted/s3cret+"w<th>&överything';
const PLANTED = [{ name: 'password', text: SECRET }];

describe('findTraces()', () => {
  test.each([
    ['as it is', `before ${SECRET} after`],
    ['in a URL', `http://user:${encodeURIComponent(SECRET)}@proxy`],
    ['in JSON', JSON.stringify({ password: SECRET })],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ password: SECRET }))],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 behind a user', Buffer.from(`acmeci:${SECRET}`).toString('base64')],
    ['in base64 behind another user', Buffer.from(`acme:${SECRET}`).toString('base64')],
    ['in base64 behind a third user', Buffer.from(`acmec:${SECRET}:more`).toString('base64')],
    ['in base64 for URLs', Buffer.from(`u:${SECRET}`).toString('base64url')],
    ['in hexadecimal digits', Buffer.from(SECRET).toString('hex')],
  ])('finds a secret %s', (_, text) => {
    expect(findTraces(text, PLANTED)).toEqual(['password']);
  });

  test('finds nothing in another text', () => {
    expect(findTraces(`acmeci ${Buffer.from('acmeci:hunter2').toString('base64')}`, PLANTED)).toEqual([]);
  });
});

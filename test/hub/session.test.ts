import { expect, test } from 'vitest';
import { createSessions } from '../../src/hub/session.ts';
import { credential } from './fixtures.ts';

test('createSessions() remembers a credential by its name, until its fingerprint changes', () => {
  const sessionOf = createSessions();
  const first = sessionOf(credential({ name: 'ci', fingerprint: 'a' }));

  expect(sessionOf(credential({ name: 'ci', fingerprint: 'a' }))).toBe(first);
  expect(sessionOf(credential({ name: 'other', fingerprint: 'a' }))).not.toBe(first);
  expect(sessionOf(credential({ name: 'ci', fingerprint: 'b' }))).not.toBe(first);
});

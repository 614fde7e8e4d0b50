import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { REDACTED, Secret } from '../../src/kit/secret.ts';

const TEXT = 'correct horse battery staple';

describe('Secret', () => {
  const secret = new Secret(TEXT);

  test('reveals its text only on request', () => {
    expect(secret.reveal()).toBe(TEXT);
  });

  test.each<{ way: string; print: () => string }>([
    { way: 'String()', print: () => String(secret) },
    { way: 'a template', print: () => `${secret}` },
    { way: 'an addition', print: () => `${['', secret].join('')}` },
    { way: 'JSON', print: () => JSON.parse(JSON.stringify(secret)) },
    { way: 'inspect()', print: () => inspect(secret) },
  ])('prints as <secret> in $way', ({ print }) => {
    expect(print()).toBe(REDACTED);
  });

  test.each<{ way: string; print: () => string }>([
    { way: 'JSON of an object', print: () => JSON.stringify({ login: { password: secret } }) },
    {
      way: 'inspect() of an object',
      print: () => inspect({ login: [secret] }, { depth: 9, showHidden: true }),
    },
    { way: 'its entries', print: () => JSON.stringify(Object.entries(secret)) },
    { way: 'its own names', print: () => Reflect.ownKeys(secret).join() },
    { way: 'a structured clone', print: () => inspect(structuredClone({ ...secret }), { showHidden: true }) },
    { way: 'an error', print: () => new Error(`Refused: ${secret}`).message },
  ])('does not show its text in $way', ({ print }) => {
    expect(print()).not.toContain('horse');
  });
});

import { describe, expect, test } from 'vitest';
import { selectNamed } from '../../../src/cli/credentials/choose-config.ts';

const NAMES = ['anonymous', 'ci', 'nightly'];
const own = (name: string) => name;

describe('selectNamed()', () => {
  test('uses all when none is named', () => {
    expect(selectNamed(NAMES, [], own)).toEqual(NAMES);
  });

  test('keeps the order of all', () => {
    expect(selectNamed(NAMES, ['nightly', 'anonymous'], own)).toEqual(['anonymous', 'nightly']);
  });

  test('names every stranger', () => {
    expect(() => selectNamed(NAMES, ['nigthly', 'ci', 'who'], own)).toThrow(
      /did you mean nightly: nigthly[\s\S]+No such credential: who\. Allowed: anonymous, ci, nightly/,
    );
  });
});

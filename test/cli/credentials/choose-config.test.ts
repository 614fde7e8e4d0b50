import { describe, expect, test } from 'vitest';
import { onlyWanted } from '../../../src/cli/credentials/choose-config.ts';

const NAMES = ['anonymous', 'ci', 'nightly'];
const own = (name: string) => name;

describe('onlyWanted()', () => {
  test('takes all when none is named', () => {
    expect(onlyWanted(NAMES, [], own)).toEqual(NAMES);
  });

  test('keeps the order of all', () => {
    expect(onlyWanted(NAMES, ['nightly', 'anonymous'], own)).toEqual(['anonymous', 'nightly']);
  });

  test('names every stranger', () => {
    expect(() => onlyWanted(NAMES, ['nigthly', 'ci', 'who'], own)).toThrow(
      /did you mean nightly: nigthly[\s\S]+No such credential: who\. Allowed: anonymous, ci, nightly/,
    );
  });
});

import { describe, expect, test } from 'vitest';
import { BLOCKS } from '../../src/domain/block.ts';

describe('BLOCKS', () => {
  test.each(Object.entries(BLOCKS))('says of %s what it means and what to do', (_, { meaning, advice }) => {
    expect(meaning).toMatch(/^Docker Hub .*[^.\s]$/);
    expect(advice).toMatch(/^[A-Z].*[^.\s]$/);
  });
});

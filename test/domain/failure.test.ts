import { describe, expect, test } from 'vitest';
import { BLOCKS, FAILURE_REASONS, FAILURES } from '../../src/domain/failure.ts';

describe('FAILURES', () => {
  test.each(FAILURE_REASONS)('gives the meaning and advice of %s', (reason) => {
    const { meaning, advice } = FAILURES[reason];
    expect(reason).toMatch(/^[a-z]+(_[a-z]+)*$/);
    // The meaning continues a sentence ("ci fails: the proxy refused ..."), the advice begins one.
    expect(meaning).toMatch(/^(?:[a-z]|Docker|Headroom).*[^.\s]$/);
    expect(advice).toMatch(/^[A-Z].*[^.\s]$/);
  });

  test('has a reason for each kind of trouble that the documents name', () => {
    expect(FAILURE_REASONS).toEqual(
      expect.arrayContaining(['timeout', 'dns', 'connect', 'tls', 'reset', 'unauthorized', 'not_found']),
    );
    expect(FAILURE_REASONS).toEqual(
      expect.arrayContaining([
        'server_error',
        'invalid_header',
        'invalid_window',
        'malformed_response',
        'token_error',
        'unexpected_response',
      ]),
    );
  });
});

describe('BLOCKS', () => {
  test.each(Object.entries(BLOCKS))('gives the meaning and advice of %s', (_, { meaning, advice }) => {
    expect(meaning).toMatch(/^Docker Hub .*[^.\s]$/);
    expect(advice).toMatch(/^[A-Z].*[^.\s]$/);
  });
});

import { describe, expect, test } from 'vitest';
import { quoteForeign } from '../../src/kit/foreign-text.ts';

describe('quoteForeign()', () => {
  // what is done | the foreign text | what is shown
  test.each([
    ['keeps plain text', 'incorrect username or password', 'incorrect username or password'],
    ['puts it on one line', ' a\r\n\tb\u0000c ', 'a b c'],
    ['masks tokens', 'as user: dckr_jti_9Lg3-DN_=. sorry', 'as user: dckr_jti_<secret>. sorry'],
    ['cuts long text', 'x'.repeat(500), `${'x'.repeat(200)}…`],
  ])('%s', (_, text, expected) => {
    expect(quoteForeign(text)).toBe(expected);
  });

  test('shows no part of a secret that lies across the cut', () => {
    const text = `${'x '.repeat(95)}dckr_pat_${'s3cret'.repeat(10)}`;

    expect(quoteForeign(text)).not.toContain('s3cret');
  });
});

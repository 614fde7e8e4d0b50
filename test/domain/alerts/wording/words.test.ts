import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanName } from '../../../../src/domain/alerts/wording/words.ts';

/** What others may call themselves, and what is shown of it. */
const NAMES: [string, string][] = [
  ['203.0.113.7', '203.0.113.7'],
  ['  two\n\tlines  ', 'two lines'],
  ['\u202Etxt.exe', 'txt.exe'],
  ['a\u0000b\u200Bc\uFEFFd', 'a b c d'],
  ['\u200E\u200F', '(no name)'],
  ['', '(no name)'],
  ['half \uD83D', 'half \uFFFD'],
  ['מאגר', '\u2068מאגר\u2069'],
  ['👩‍👩‍👧 ci', '👩‍👩‍👧 ci'],
  ['x'.repeat(255), `${'x'.repeat(79)}…`],
  [`${'x'.repeat(78)}👩‍👩‍👧`, `${'x'.repeat(78)}…`],
  [`e${'\u0301'.repeat(300)}`, `e${'\u0301'.repeat(78)}…`],
];

test.each(NAMES)('cleanName() shows %j as %j', (name, shown) => {
  expect(cleanName(name)).toBe(shown);
});

/** Any code points, half surrogates among them. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 300 })
  .map((codePoints) => String.fromCodePoint(...codePoints));

test('cleanName() keeps every name short, on one line, and free of invisible commands', () => {
  fc.assert(
    fc.property(anyText, (name) => {
      const shown = cleanName(name);
      expect(shown.length).toBeLessThanOrEqual(82);
      expect(shown).toMatch(/^[^\p{Cc}\u200E\u200F\u202A-\u202E\u2066\u2067]+$/u);
      expect(shown).not.toMatch(/\p{Cs}/u);
    }),
  );
});

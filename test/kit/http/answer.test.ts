import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLineEndMender, readRetryAfter } from '../../../src/kit/http/answer.ts';

/** Docker Hub's abuse limit as sent on 2020-10-25. */
const ABUSE =
  'HTTP/1.1 429 Too Many Requests\nCache-Control: no-cache\nConnection: close\nContent-Type: text/plain\nRetry-After: 60\n\nToo Many Requests (HAP429).\n';

function mend(...chunks: string[]): string {
  const mender = createLineEndMender();
  return Buffer.concat(chunks.map((chunk) => mender(Buffer.from(chunk, 'latin1')))).toString('latin1');
}

describe('createLineEndMender()', () => {
  test('turns every bare LF of the head into CRLF and leaves the body alone', () => {
    expect(mend(ABUSE)).toBe(
      'HTTP/1.1 429 Too Many Requests\r\nCache-Control: no-cache\r\nConnection: close\r\nContent-Type: text/plain\r\nRetry-After: 60\r\n\r\nToo Many Requests (HAP429).\n',
    );
  });

  // what is given | the bytes
  test.each([
    ['an answer with CRLF', 'HTTP/1.1 200 OK\r\nA: 1\r\n\r\nbody\nwith\n\nlines\n'],
    ['an answer without headers', 'HTTP/1.1 200 OK\r\n\r\n\nbody'],
    ['a lone CR within a line', 'HTTP/1.1 200 OK\r\nA: 1\r2\r\n\r\n'],
    ['no bytes', ''],
  ])('leaves %s as it is', (_, answer) => {
    expect(mend(answer)).toBe(answer);
  });

  test('mends mixed line ends', () => {
    expect(mend('HTTP/1.1 200 OK\r\nA: 1\nB: 2\r\n\nx\n')).toBe('HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n\r\nx\n');
  });

  test('does not care where the chunks are cut', () => {
    const answers = [ABUSE, ABUSE.replaceAll('\n', '\r\n'), ABUSE.replace('close\n', 'close\r\n')];
    const cuts = fc.array(fc.nat({ max: ABUSE.length + 7 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...answers), cuts, (answer, places) => {
        const ends = [...places.sort((a, b) => a - b), answer.length];
        const chunks = ends.map((end, i) => answer.slice(ends[i - 1] ?? 0, end));

        expect(mend(...chunks)).toBe(mend(answer));
      }),
    );
  });
});

const NOW = Date.parse('2026-11-24T02:14:20Z');

describe('readRetryAfter()', () => {
  // header | milliseconds
  test.each([
    ['30', 30_000],
    ['0', 0],
    ['0.65', 650],
    [' 1.0001 ', 1_001],
    ['Tue, 24 Nov 2026 02:15:20 GMT', 60_000],
    ['Tue, 24 Nov 2026 02:13:20 GMT', 0],
    ['-5', undefined],
    ['soon', undefined],
    ['1e9', undefined],
    // more than a day is not believed
    ['99999999999999999999', 86_400_000],
    ['Tue, 24 Nov 2099 02:15:20 GMT', 86_400_000],
    ['2026', 2_026_000],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j', (header, expected) => {
    expect(readRetryAfter(header, NOW)).toBe(expected);
  });
});

import { describe, expect, test } from 'vitest';
import { readUsageReport } from '../../src/spending/read-usage-report.ts';
import { USAGE_HEADER, usageLine } from '../domain/spending/usage-rows.ts';

/** Reads a report that arrives in pieces of this many characters. */
async function readAll(text: string, pieceLength = text.length) {
  async function* pieces() {
    for (let at = 0; at < text.length; at += pieceLength) yield text.slice(at, at + pieceLength);
  }
  const batches = [];
  for await (const batch of readUsageReport(pieces())) batches.push(batch);
  return {
    pulls: batches.flatMap(({ rows }) => rows.map(({ pulls }) => pulls)),
    rows: batches.flatMap(({ rows }) => rows),
    unreadable: batches.flatMap(({ unreadable }) => unreadable),
  };
}

const BAD_QUOTE = 'a quote is in the wrong place, or is not closed';

describe('readUsageReport()', () => {
  const report = [USAGE_HEADER, ...[1, 2, 3, 4].map((pulls) => usageLine({ pulls }))].join('\n');

  test.each([1, 7, 100, 10_000])('reads a report that arrives in pieces of %i characters', async (length) => {
    expect(await readAll(report, length)).toMatchObject({ pulls: [1, 2, 3, 4], unreadable: [] });
  });

  test.each([
    ['line ends of Windows', report.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${report}`],
    ['a final line break and empty lines', `${report}\n\n\n`],
    ['cells without quotes', report.replaceAll('"', '')],
  ])('reads a report with %s', async (_, text) => {
    expect(await readAll(text, 50)).toMatchObject({ pulls: [1, 2, 3, 4], unreadable: [] });
  });

  test('reads quotes and commas within a cell', async () => {
    const line = usageLine({ token: 'say ""hi"", twice' });
    expect((await readAll(`${USAGE_HEADER}\n${line}`)).rows[0]?.token).toBe('say "hi", twice');
  });

  test.each([40, 10_000])(
    'names rows that cannot be read by their line, and reads the others (pieces of %i)',
    async (length) => {
      const text = [
        USAGE_HEADER,
        usageLine({ pulls: 1 }),
        usageLine({ pulls: 'many' }),
        usageLine({ pulls: 2 }).replace('"acmeci"', '"acmeci'),
        '"2026/11/29/09","a',
        '',
        usageLine({ pulls: 3 }),
        `"${'x'.repeat(200_000)}`,
        usageLine({ pulls: 4 }),
        usageLine({ pulls: 5 }).slice(0, -2),
      ].join('\n');
      expect(await readAll(text, length)).toMatchObject({
        pulls: [1, 3, 4],
        unreadable: [
          { line: 3, reason: 'pulls is not a whole number of at least 0' },
          { line: 4, reason: BAD_QUOTE },
          { line: 5, reason: BAD_QUOTE },
          { line: 8, reason: 'longer than 65536 characters' },
          { line: 10, reason: BAD_QUOTE },
        ],
      });
    },
  );

  test.each([
    ['', 'The file is empty'],
    ['at,remaining\n1,2\n', /lacks the columns datehour, .* needed are datehour, user_name/],
    [usageLine(), /the first line lacks/],
  ])('rejects %j', async (text, message) => {
    await expect(readAll(text)).rejects.toThrow(message);
  });
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';

/** The page that shows what the attacks measure. */
const PAGE = resolve(import.meta.dirname, '../../docs/clocks-networks-disks-visitors.md');

/** One row of a table: what happens around Headroom, and what it does about it. No timings: a row must be repeatable. */
export interface AttackRow {
  /** What happens, in a few words: `the clock is set back an hour`. */
  readonly attack: string;
  /** What the test measured, in a sentence made of its values: `polls: 16 of 16`. */
  readonly measured: string;
  /** What the operator sees: the metric, the log line or the status code. */
  readonly seen: string;
}

/**
 * Holds one table of the page to what a test measured. The page carries the marks `<!-- NAME: measured by FILE -->` and
 * `<!-- end NAME -->`; the table stands between them. One test file owns one table.
 *
 * After a change: `npx vitest run test/attack -u --no-file-parallelism` writes the tables anew.
 */
export async function expectAttackTable(name: string, rows: readonly AttackRow[]): Promise<void> {
  const page = readFileSync(PAGE, 'utf8');
  const mark = new RegExp(`(<!-- ${name}: [^>]*-->\n\n)[^]*?(\n*<!-- end ${name} -->)`);
  if (!mark.test(page)) throw new Error(`The page has no place for a table: ${name}`);
  const text = page.replace(
    mark,
    (_all, before: string) => `${before}${table(rows)}\n\n<!-- end ${name} -->`,
  );
  await expect(text).toMatchFileSnapshot(PAGE);
}

function table(rows: readonly AttackRow[]): string {
  const lines = rows.map(({ attack, measured, seen }) => `| ${attack} | ${measured} | ${seen} |`);
  return ['| what happens | what Headroom does | what you see |', '| --- | --- | --- |', ...lines].join('\n');
}

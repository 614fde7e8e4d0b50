import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';

/** The document with the results of the attacks. */
const PAGE = resolve(import.meta.dirname, '../../docs/clocks-networks-disks-visitors.md');

/** One row of a table: a case, and what Headroom does. No timings: a row must be repeatable. */
export interface AttackRow {
  /** The case, in a few words, such as `the clock is set back an hour`. */
  readonly attack: string;
  /** The measured values, such as `polls: 16 of 16`. */
  readonly measured: string;
  /** What the operator sees: the metric, the log line or the status code. */
  readonly seen: string;
}

/**
 * Compares one table of the document with the measured rows. The table is between the comments
 * `<!-- NAME: measured by FILE -->` and `<!-- end NAME -->`. One test file measures one table.
 *
 * After a change: `npx vitest run test/attack -u --no-file-parallelism` rewrites the tables.
 */
export async function expectAttackTable(name: string, rows: readonly AttackRow[]): Promise<void> {
  const page = readFileSync(PAGE, 'utf8');
  const mark = new RegExp(`(<!-- ${name}: [^>]*-->\n\n)[^]*?(\n*<!-- end ${name} -->)`);
  if (!mark.test(page)) throw new Error(`The document has no comments for the table: ${name}`);
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

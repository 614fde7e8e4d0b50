import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countPulls } from '../../src/domain/pull-cost/count-pulls.ts';
import { rewriteReferences } from '../../src/domain/pull-cost/rewrite-references.ts';
import { readTextScript } from '../cli/text-script.ts';
import { costOptions } from '../domain/pull-cost/workloads.ts';
import { readFiles } from './planned.ts';

const SCRIPTS = join(import.meta.dirname, '../cli/plan/scripts');
/** Every file of the scripts of `headroom plan`, of all kinds. */
const FILES = readdirSync(SCRIPTS).flatMap((name) => [...readTextScript(join(SCRIPTS, name)).files]);
/** What breaks files in interesting ways. */
const SHARDS = [
  '',
  ' ',
  '\n',
  '\t',
  '---\n',
  '{{',
  '}}',
  '"',
  "'",
  '&a ',
  '*a',
  '[',
  ']',
  '{',
  '}',
  ': ',
  '- ',
  '<<: ',
  '${',
  '@',
  '#',
  '|\n',
  '\\',
  '\u0000',
  'FROM ',
  '!!tag ',
  '\r',
];

const mutated = fc
  .record({
    file: fc.constantFrom(...FILES),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        cut: fc.nat(20),
        shard: fc.constantFrom(...SHARDS),
      }),
      { maxLength: 8 },
    ),
  })
  .map(({ file: [name, text], edits }) => ({
    name,
    text: edits.reduce((changed, { at, cut, shard }) => {
      const start = Math.floor(at * changed.length);
      return changed.slice(0, start) + shard + changed.slice(start + cut);
    }, text),
  }));

test('readPlanFiles() reads whatever becomes of a file, and stays within it', () => {
  fc.assert(
    fc.property(mutated, ({ name, text }) => {
      const read = readFiles({ [name]: text });
      const lines = text.split('\n').length;
      const { total } = countPulls(read.workloads, costOptions({ nodes: 3 }));
      expect(total.low).toBeLessThanOrEqual(total.high);
      for (const { line, column } of [...read.problems, ...read.workloads.flatMap(({ uses }) => uses)]) {
        expect(line).toBeLessThanOrEqual(lines);
        expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: 400 },
  );
});

test('rewriteReferences() changes nothing but references, and what it writes is read as such', () => {
  fc.assert(
    fc.property(mutated, ({ name, text }) => {
      const usesOf = (file: string) => readFiles({ [name]: file }).workloads.flatMap(({ uses }) => uses);
      const uses = usesOf(text);
      const rewritten = rewriteReferences(text, uses, 'cache.example.com/hub');
      const ranges = new Set(uses.flatMap(({ range }) => (range ? [range.start] : [])));
      for (const { range, text: reference } of uses) {
        // A reference is at its range.
        if (range) expect(text.slice(range.start, range.end)).toBe(reference);
      }
      expect(rewritten.replaced).toBeLessThanOrEqual(ranges.size);
      if (rewritten.replaced === 0) expect(rewritten.text).toBe(text);
      const after = usesOf(rewritten.text);
      expect(
        after.filter(({ reference }) => reference.domain === 'cache.example.com').length,
      ).toBeGreaterThanOrEqual(rewritten.replaced);
    }),
    { numRuns: 400 },
  );
});

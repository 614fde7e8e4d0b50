import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROUTES } from '../../src/simulator/control-api/answer-control.ts';
import { ENDPOINTS, FAULTS } from '../../src/simulator/faults/faults.ts';
import { PROFILE_NAMES } from '../../src/simulator/profile.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/simulator.md'), 'utf8');

/** The cells of the table under a heading, without the head. */
function tableUnder(heading: string): string[][] {
  const section = DOCUMENT.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('docs/simulator.md has every fault, where it matches and what it does', () => {
  const expected = Object.entries(FAULTS).map(([name, { at, does }]) => [
    `\`${name}\``,
    at.length === ENDPOINTS.length ? 'all' : at.join(', '),
    does,
  ]);
  expect(tableUnder('Faults')).toEqual(expected);
});

test('docs/simulator.md has every profile', () => {
  const names = tableUnder('Profiles').map(([name]) => name);
  expect(names.toSorted()).toEqual(PROFILE_NAMES.map((name) => `\`${name}\``).toSorted());
});

test('docs/simulator.md has every control request', () => {
  const requests = tableUnder('Control').map(([request]) => request);
  const routes = Object.keys(ROUTES).map((route) => `\`${route.replace(' ', ' /_simulator')}\``);
  expect(requests.toSorted()).toEqual(routes.toSorted());
});

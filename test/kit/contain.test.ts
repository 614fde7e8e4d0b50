import { expect, test } from 'vitest';
import { createContainment, UNREPORTED } from '../../src/kit/contain.ts';

function fail(): never {
  throw new RangeError('broken');
}

test('createContainment() replaces what throws, and reports each item once until it has worked again', () => {
  const reports: string[] = [];
  const contain = createContainment((surface, item) => reports.push(`${surface} ${item}`));
  const show = (item: string, make: () => string) => contain.one('page', item, make, () => '?');

  expect([show('a', fail), show('b', () => 'b'), show('a', fail), show('c', fail)]).toEqual([
    '?',
    'b',
    '?',
    '?',
  ]);
  expect(reports).toEqual(['page a', 'page c']);

  expect(show('a', () => 'a')).toBe('a');
  show('a', fail);
  expect(reports).toEqual(['page a', 'page c', 'page a']);
});

test('createContainment() keeps a bounded number of items', () => {
  let reports = 0;
  const contain = createContainment(() => {
    reports += 1;
  });
  for (let i = 0; i < 2_000; i++) expect(contain.one('page', `${i}`, fail, () => i)).toBe(i);
  expect(reports).toBe(1_000);
});

test('UNREPORTED replaces what throws', () => {
  expect([
    UNREPORTED.one('', '', fail, () => '?'),
    UNREPORTED.one(
      '',
      '',
      () => 'a',
      () => '?',
    ),
  ]).toEqual(['?', 'a']);
});

import { describe, expect, test } from 'vitest';
import { spendingTable } from './spending-table.ts';

describe('spendingTable()', () => {
  test('lays out two rows for each measurement', () => {
    const cold = { heads: 1, gets: 2, pulls: { 'per-get': 2, 'two-gets': 1, 'per-architecture': 1 } };
    const warm = { heads: 1, gets: 0, pulls: { 'per-get': 0, 'two-gets': 0, 'per-architecture': 0 } };
    const situation = { client: 'containerd', image: 'multi-architecture', by: 'tag' } as const;

    expect(spendingTable([{ situation, cold, warm }]).split('\n')).toEqual([
      '| client     | situation                        | HEADs | GETs | pulls, per GET | pulls, two GETs | pulls, per architecture | predicted GETs |',
      '| ---------- | -------------------------------- | ----: | ---: | -------------: | --------------: | ----------------------: | -------------- |',
      '| containerd | multi-architecture, by tag, cold |     1 |    2 |              2 |               1 |                       1 | 2 (+1 HEAD)    |',
      '| containerd | multi-architecture, by tag, warm |     1 |    0 |              0 |               0 |                       0 | 0 (+1 HEAD)    |',
    ]);
  });
});

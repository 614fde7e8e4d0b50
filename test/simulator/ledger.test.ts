import { describe, expect, test } from 'vitest';
import { createLedger, type LedgerEntry } from '../../src/simulator/ledger.ts';

function entry(path: string): LedgerEntry {
  return { at: 0, method: 'HEAD', path, source: '127.0.0.1', userAgent: '', status: 200, pulls: 0 };
}

describe('createLedger()', () => {
  test('keeps the newest entries, oldest first', () => {
    const ledger = createLedger(3);
    const seen = ['/1', '/2', '/3', '/4', '/5'].map((path) => {
      ledger.write(entry(path));
      return ledger.entries().map((kept) => kept.path);
    });
    expect(seen).toEqual([['/1'], ['/1', '/2'], ['/1', '/2', '/3'], ['/2', '/3', '/4'], ['/3', '/4', '/5']]);
  });

  test('is empty after clear', () => {
    const ledger = createLedger(2);
    for (const path of ['/1', '/2', '/3']) ledger.write(entry(path));
    ledger.clear();
    expect(ledger.entries()).toEqual([]);
    ledger.write(entry('/4'));
    expect(ledger.entries()).toHaveLength(1);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRunbookShelf } from '../../../src/web/alerts/runbooks.ts';
import { startWeb } from '../start-web.ts';

/** A folder that is removed when the test has finished. */
function shelfOf(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-runbooks-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'books'));
  writeFileSync(join(folder, 'secret.md'), 'not a runbook');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'books', name), text);
  return openRunbookShelf(join(folder, 'books'));
}

describe('openRunbookShelf()', () => {
  test('finds what lies on it, and nothing else', async () => {
    const shelf = shelfOf({ 'RateLimitLow.md': '# Low', 'A.md': '# A', 'notes.txt': 'no' });
    expect(shelf.names()).toEqual(['A', 'RateLimitLow']);
    expect(await shelf.find('RateLimitLow')).toContain('<h1>Low</h1>');
    for (const name of ['../secret', 'notes.txt', 'RateLimitLow.md', '', 'toString']) {
      expect(await shelf.find(name)).toBe(undefined);
    }
  });

  test('is empty where there is no folder', () => {
    expect(openRunbookShelf('/nonexistent').names()).toEqual([]);
  });
});

describe('/runbooks', () => {
  test('tells of an unknown alert which are known', async () => {
    const { url } = await startWeb();
    const response = await fetch(new URL('runbooks/NoSuchAlert', url));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('There is no runbook for this alert');
  });

  test('lists them all', async () => {
    const { url } = await startWeb();
    const response = await fetch(new URL('runbooks', url));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('All runbooks');
  });
});

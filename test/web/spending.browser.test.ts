import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SpendingService } from '../../src/domain/spending/spending-service.ts';
import { describeWithProgram } from '../requires-program.ts';
import { HOSTILE, launchBrowser, openPage, overflowOf, violationsOf } from './browser.ts';
import { loss, SLOT_MS, spendingOf, sum } from './spending/spending-fixtures.ts';
import { startWeb } from './start-web.ts';
import { NOW } from './states.ts';

const IMAGES = Array.from(
  { length: 9 },
  (_, i) => `docker.io/acme/service-${i}-with-a-long-name:2026.11.${i}`,
);
const FULL = spendingOf({
  sums: Array.from({ length: 60 }, (_, slot) =>
    IMAGES.map((image, i) => ({
      ...sum({ team: `team-${i}`, image }, (i + slot) % 5, (i + slot) % 7, { refused: i }),
      at: loss(slot, 0).at,
    })),
  ).flat(),
  losses: Array.from({ length: 60 }, (_, slot) => loss(slot, slot % 11 === 0 ? null : 40 + (slot % 20))),
  buckets: [
    { id: '192.0.2.1', credentials: ['anonymous', 'ci'] },
    { id: 'acme', credentials: ['login'] },
  ],
  waiting: [
    {
      cluster: 'prod',
      namespace: 'shop',
      workload: 'Deployment/web',
      image: 'docker.io/acme/web:1',
      credential: 'ci',
      refusal: 'pull_limit',
      pods: 9,
      since: NOW - 600_000,
    },
  ],
  clusters: [{ name: 'prod', isWatching: true, lastEventAt: NOW, problems: ['Nodes may not be read'] }],
});
/** What the page can look like. */
const SITUATIONS: Readonly<Record<string, SpendingService>> = {
  full: FULL,
  'not configured': spendingOf({ isOn: false }),
  'nothing known': spendingOf(),
  hostile: spendingOf({
    sums: [sum({ team: HOSTILE, image: HOSTILE }, 1, 2)],
    losses: [loss(0, 3)],
    buckets: [
      { id: HOSTILE, credentials: [HOSTILE] },
      { id: 'b', credentials: ['b'] },
    ],
  }),
};

describeWithProgram('chromium', '/spending in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test.each(Object.keys(SITUATIONS))(
    '%s: accessible, quiet, from one origin, and never too wide; light, dark and narrow',
    async (situation) => {
      const { url } = await startWeb({ spending: SITUATIONS[situation] ?? FULL, routePrefix: '/headroom' });
      const { page, complaints, requests } = await openPage(browser, new URL('spending?by=team,image', url), {
        colorScheme: 'light',
        viewport: { width: 1_440, height: 900 },
      });
      expect(await violationsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      const light = await page.screenshot();
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(light.equals(await page.screenshot())).toBe(false);
      await page.setViewportSize({ width: 360, height: 800 });
      expect(await violationsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      expect(complaints).toEqual([]);
      expect(requests.filter((request) => !request.startsWith(url.href))).toEqual([]);
    },
  );

  test('is complete without JavaScript: chart, groups, bucket and range', async () => {
    const { url } = await startWeb({ spending: FULL });
    const { page } = await openPage(browser, new URL('spending', url), {
      javaScriptEnabled: false,
      viewport: { width: 360, height: 800 },
    });
    expect(await page.locator('.chart-series').count()).toBeGreaterThan(200);
    expect(await overflowOf(page)).toBe(0);
    await page.getByRole('navigation', { name: 'Group by' }).getByRole('link', { name: 'Image' }).click();
    await page.getByRole('navigation', { name: 'Range' }).getByRole('link', { name: '7 days' }).click();
    await page.locator('select[name=bucket]').selectOption('acme');
    await page.getByRole('button', { name: 'Show the bucket' }).click();
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ range: '7d', by: 'image', bucket: 'acme' });
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    expect([...new URL(page.url()).searchParams.keys()].sort()).toEqual(['bucket', 'by', 'from', 'to']);
  });

  test('reads a cell by keys: what was lost, and the largest spenders', async () => {
    const { url } = await startWeb({ spending: FULL });
    const { page, complaints } = await openPage(browser, new URL('spending', url), { timezoneId: 'UTC' });
    await page.locator('pull-chart canvas').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const reading = page.locator('pull-chart .reading');
    await expect.poll(() => reading.textContent()).toMatch(/: \d+ lost(?:, (?:team-\d|Others) \d+){3}$/);
    expect(complaints).toEqual([]);
  });

  test('zooms in by dragging, and keeps the bucket and the group', async () => {
    const { url } = await startWeb({ spending: FULL });
    const { page } = await openPage(browser, new URL('spending?bucket=ci&by=image', url));
    const canvas = page.locator('pull-chart canvas');
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (!box) throw new Error('There is no chart');
    await page.mouse.move(box.x + 200, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 100);
    await page.mouse.up();
    await page.waitForURL(/from=/);
    const { searchParams } = new URL(page.url());
    expect(searchParams.get('bucket')).toBe('ci');
    expect(searchParams.get('by')).toBe('image');
    const spanMs = Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '');
    expect(spanMs).toBeGreaterThan(SLOT_MS);
  });
});

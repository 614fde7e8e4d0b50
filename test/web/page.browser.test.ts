import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CredentialState, initialState } from '../../src/domain/credential-state.ts';
import type { FleetSnapshot } from '../../src/domain/history/fleet.ts';
import { describeWithProgram } from '../requires-program.ts';
import { HOSTILE, launchBrowser, openPage, overflowOf, violationsOf } from './browser.ts';
import { fleetCredential, fleetOf, member, UNPROBED } from './fleet-fixtures.ts';
import { startWeb } from './start-web.ts';
import { failure, metered, STATE_IN, STATES, stateAfter } from './states.ts';

/** What the page can look like. */
const SITUATIONS: Readonly<Record<string, readonly CredentialState[]>> = {
  'every status': STATES,
  'all well': [STATE_IN.ok, STATE_IN.unlimited],
  'the first run': [stateAfter('anonymous', []), stateAfter('ci', [], { hasLogin: true })],
  'all failing': ['anonymous', 'ci'].map((name) => stateAfter(name, [failure('dns')])),
  'no credentials': [],
  'many credentials': Array.from({ length: 30 }, (_, i) =>
    stateAfter(`runner-${i}`, [metered(i, 100, `account${i}`)], { hasLogin: true }),
  ),
  'a hostile hub': [
    initialState({ name: HOSTILE, hasLogin: true, fingerprint: '' }),
    stateAfter('a', [metered(3, 9, HOSTILE), failure('invalid_header', HOSTILE)]),
  ],
};

/** What the fleet below can look like. */
const FLEETS: Readonly<Record<string, FleetSnapshot>> = {
  'a fleet': fleetOf([
    member('north', fleetCredential('ci', 76), fleetCredential('nightly', 3, { up: false })),
    member('south', fleetCredential('anonymous', 0), fleetCredential('new', 0, UNPROBED)),
  ]),
  'a fleet that cannot be read': fleetOf([], { readAt: undefined, problem: 'http://p:9090 answers 502' }),
  'a hostile fleet of many': fleetOf([
    { labels: [], credentials: [fleetCredential('a', 1)] },
    member(HOSTILE, ...Array.from({ length: 30 }, (_, i) => fleetCredential(`${HOSTILE}${i}`, i))),
  ]),
};

describeWithProgram('chromium', 'the page in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test('a reader who may change nothing: accessible, and without the button to check now', async () => {
    const { url } = await startWeb({ states: () => [STATE_IN.ok, STATE_IN.low] });
    const extraHTTPHeaders = { 'X-Forwarded-For': '203.0.113.9' };
    for (const path of ['', 'alerts', 'credentials/team']) {
      const { page, complaints } = await openPage(browser, new URL(path, url), { extraHTTPHeaders });
      expect(await page.getByRole('button', { name: 'Check now' }).count()).toBe(0);
      expect(await page.getByText('This page is read-only.').isVisible()).toBe(true);
      expect(await violationsOf(page)).toEqual([]);
      expect(complaints).toEqual([]);
    }
  });

  test.each([...Object.keys(SITUATIONS), ...Object.keys(FLEETS)])(
    '%s: accessible, quiet, from one origin, and never too wide',
    async (situation) => {
      const { url } = await startWeb({
        states: () => SITUATIONS[situation] ?? [STATE_IN.ok],
        fleet: () => FLEETS[situation],
        routePrefix: '/headroom',
      });
      const { page, complaints, requests } = await openPage(browser, url, { colorScheme: 'light' });
      expect(await violationsOf(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.setViewportSize({ width: 360, height: 800 });
      expect(await violationsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      expect(complaints).toEqual([]);
      expect(requests.filter((request) => !request.startsWith(url.href))).toEqual([]);
    },
  );

  test.each([360, 768, 1_440, 3_840])(
    'fits %d pixels, light and dark, with scripts and without',
    async (width) => {
      const { url } = await startWeb({ fleet: () => FLEETS['a fleet'] });
      for (const javaScriptEnabled of [true, false]) {
        const viewport = { width, height: 900 };
        const { page } = await openPage(browser, url, { viewport, javaScriptEnabled, colorScheme: 'light' });
        const light = await page.screenshot();
        expect(await overflowOf(page)).toBe(0);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(light.equals(await page.screenshot())).toBe(false);
      }
    },
  );

  test('shows the same without JavaScript', async () => {
    const { url } = await startWeb();
    const { page } = await openPage(browser, url, { javaScriptEnabled: false });
    expect(await page.locator('.bucket').count()).toBe(STATES.length);
    expect(await page.locator('h1').textContent()).toBe('Yes, but not with every credential');
    expect(await page.locator('.lost').isVisible()).toBe(false);
  });

  test('filters, orders and groups in the address, with scripts and without', async () => {
    const { url } = await startWeb();
    for (const javaScriptEnabled of [true, false]) {
      const { page } = await openPage(browser, url, { javaScriptEnabled });
      await page.locator('.tally', { hasText: 'Low' }).click();
      await page.getByRole('heading', { name: '1 of 9 shown' }).waitFor();
      await page.getByRole('searchbox').fill('nobody');
      if (!javaScriptEnabled) await page.getByRole('button', { name: 'Show', exact: true }).click();
      await page.getByText('No bucket matches.').waitFor();
      expect(new URL(page.url()).searchParams.toString()).toMatch(/q=nobody/);
      await page.locator('.empty a').click();
      await page.getByRole('heading', { name: '6 buckets and 3 credentials' }).waitFor();
    }
  });

  test('stores theme and zone, and shows them without a flash', async () => {
    const { url } = await startWeb();
    const { page } = await openPage(browser, url, { colorScheme: 'light', timezoneId: 'Asia/Tokyo' });
    const stamp = page.locator('.section-head time');
    expect(await stamp.textContent()).toContain('06:00');
    await page.getByRole('button', { name: 'Local time' }).click();
    expect(await stamp.textContent()).toContain('09:00');
    await page.getByRole('button', { name: 'Automatic colours' }).click();
    await page.getByRole('button', { name: 'Light colours' }).click();
    await page.reload({ waitUntil: 'commit' });
    await page.getByRole('button', { name: 'Dark colours' }).waitFor();
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark');
    expect(await stamp.textContent()).toContain('09:00');
  });

  test('names of one bucket have no space between their lines, and a group of the fleet is as wide as the page', async () => {
    const shared = ['cluster-a', 'cluster-b', 'cluster-c', 'contractor'].map((name) =>
      stateAfter(name, [metered(50, 100, '192.0.2.1')]),
    );
    const { url } = await startWeb({ states: () => shared, fleet: () => FLEETS['a fleet'] });
    const { page } = await openPage(browser, url);
    const styleOf = (selector: string, property: string) =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
    expect(await styleOf('.names > :nth-child(2)', 'marginTop')).toBe('0px');
    expect(await styleOf('.fleet .member', 'display')).toBe('block');
  });

  test('on a wall there is nothing to click, and it is dark', async () => {
    const { url } = await startWeb();
    const { page } = await openPage(browser, new URL('?kiosk', url), { colorScheme: 'light' });
    expect(await page.locator('.masthead, .imprint, .poll, .filter').locator('visible=true').count()).toBe(0);
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark');
    expect(await violationsOf(page)).toEqual([]);
  });

  test('leads past the header by the first key', async () => {
    const { url } = await startWeb();
    const { page } = await openPage(browser, url);
    await page.keyboard.press('Tab');
    expect(await page.locator('.skip:focus').isVisible()).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
  });

  test('an error is accessible too', async () => {
    const { url } = await startWeb();
    const { page } = await openPage(browser, new URL('nothing/here', url));
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'See how much headroom is left' }).click();
    expect(page.url()).toBe(url.href);
  });
});

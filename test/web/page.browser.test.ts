import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type CredentialState, initialState } from '../../src/domain/credential-state.ts';
import type { FleetView } from '../../src/domain/fleet.ts';
import { findProgram } from '../find-program.ts';
import { describeWithProgram } from '../requires-program.ts';
import { fleetCredential, fleetOf, member, UNTOLD } from './fleets.ts';
import { liveStates, resultOf } from './live-states.ts';
import { startWeb } from './start-web.ts';
import { failure, metered, STATE_IN, STATES, stateAfter } from './states.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const HOSTILE = '"><img src=x onerror=alert(1)>\u202Etxt '.repeat(150);

/** How long anything may take on a busy machine, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Makes the page believe that its tab is hidden, or shown. */
function setHidden(isHidden: boolean): string {
  return `Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`;
}

/** What the page can look like. */
const SITUATIONS: Readonly<Record<string, readonly CredentialState[]>> = {
  'every standing': STATES,
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
const FLEETS: Readonly<Record<string, FleetView>> = {
  'a fleet': fleetOf([
    member('north', fleetCredential('ci', 76), fleetCredential('nightly', 3, { up: false })),
    member('south', fleetCredential('anonymous', 0), fleetCredential('new', 0, UNTOLD)),
  ]),
  'a fleet that cannot be read': fleetOf([], { readAt: undefined, trouble: 'http://p:9090 answers 502' }),
  'a hostile fleet of many': fleetOf([
    { labels: [], credentials: [fleetCredential('a', 1)] },
    member(HOSTILE, ...Array.from({ length: 30 }, (_, i) => fleetCredential(`${HOSTILE}${i}`, i))),
  ]),
};

describeWithProgram('chromium', 'the page in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    const executablePath = findProgram('chromium') ?? '';
    browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  });
  afterAll(() => browser?.close());

  async function open(url: URL, options: BrowserContextOptions = {}) {
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(url.href);
    return { page, complaints, requests };
  }

  /** What axe-core finds, as `rule: element`. */
  async function violationsOf(page: Page): Promise<unknown> {
    await page.evaluate(AXE);
    return page.evaluate(
      "axe.run().then(({violations}) => violations.flatMap(({id, nodes}) => nodes.map(({html}) => id + ': ' + html)))",
    );
  }

  test.each([...Object.keys(SITUATIONS), ...Object.keys(FLEETS)])(
    '%s: accessible, quiet, from one origin, and never too wide',
    async (situation) => {
      const { url } = await startWeb({
        states: () => SITUATIONS[situation] ?? [STATE_IN.ok],
        fleet: () => FLEETS[situation],
        routePrefix: '/headroom',
      });
      const { page, complaints, requests } = await open(url, { colorScheme: 'light' });
      expect(await violationsOf(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.setViewportSize({ width: 360, height: 800 });
      expect(await violationsOf(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
      expect(complaints).toEqual([]);
      expect(requests.filter((request) => !request.startsWith(url.href))).toEqual([]);
    },
  );

  test('shows the same without JavaScript', async () => {
    const { url } = await startWeb();
    const { page } = await open(url, { javaScriptEnabled: false });
    expect(await page.locator('.bucket').count()).toBe(STATES.length);
    expect(await page.locator('h1').textContent()).toBe('Yes, but not with every credential');
    expect(await page.locator('.lost').isVisible()).toBe(false);
  });

  test('changes in place within a second, and keeps the focus', async () => {
    const live = liveStates([STATE_IN.ok]);
    const { url } = await startWeb(live.options);
    const { page } = await open(url);
    await page.locator('.live[data-live=on]').waitFor();
    await page.locator('.names a').focus();
    live.become([stateAfter('team', [metered(0, 200, 'acmeteam', 3_600)])]);
    await page.getByRole('heading', { name: 'No, not now' }).waitFor({ timeout: PATIENCE_MS });
    expect(await page.title()).toBe('Exhausted (1) · Headroom');
    expect(await page.locator('link[rel=icon]').getAttribute('href')).toContain('favicon-bad');
    expect(await page.locator('.bucket .count').textContent()).toBe('0');
    expect(await page.locator('.names a:focus').textContent()).toBe('team');
  });

  test('takes more and fewer credentials in its stride', async () => {
    const live = liveStates(STATES);
    const { url } = await startWeb(live.options);
    const { page } = await open(url);
    await page.locator('.live[data-live=on]').waitFor();
    live.become([...STATES, stateAfter('new', [])]);
    await page.getByRole('heading', { name: '6 buckets and 4 credentials' }).waitFor();
    live.become([]);
    live.tell(resultOf('gone'));
    await page.getByRole('heading', { name: 'No credential is configured' }).waitFor();
    await page.locator('.bucket').first().waitFor({ state: 'detached' });
  });

  test('a hidden tab keeps no connection, and catches up when it is shown', async () => {
    const live = liveStates([STATE_IN.ok]);
    const { url } = await startWeb(live.options);
    const { page } = await open(url);
    await page.locator('.live[data-live=on]').waitFor();
    const closed = page.waitForEvent('requestfailed', (request) => request.url().includes('/events/'));
    await page.evaluate(setHidden(true));
    await closed;
    live.become([stateAfter('team', [metered(0, 200, 'acmeteam', 3_600)])]);
    await page.evaluate(setHidden(false));
    await page.getByRole('heading', { name: 'No, not now' }).waitFor();
  });

  test('filters, orders and groups in the address, with scripts and without', async () => {
    const { url } = await startWeb();
    for (const javaScriptEnabled of [true, false]) {
      const { page } = await open(url, { javaScriptEnabled });
      await page.locator('.tally', { hasText: 'Low' }).click();
      await page.getByRole('heading', { name: '1 of 9 shown' }).waitFor();
      await page.getByRole('searchbox').fill('nobody');
      if (!javaScriptEnabled) await page.getByRole('button', { name: 'Show', exact: true }).click();
      await page.getByText('Nothing is like this.').waitFor();
      expect(new URL(page.url()).searchParams.toString()).toMatch(/q=nobody/);
      await page.locator('.empty a').click();
      await page.getByRole('heading', { name: '6 buckets and 3 credentials' }).waitFor();
    }
  });

  test('asks Docker Hub now, with scripts and without', async () => {
    const asked: string[] = [];
    const { url } = await startWeb({
      pollNow: async (name) => {
        asked.push(name);
        return 'probed';
      },
    });
    const { page } = await open(url);
    await page.getByRole('button', { name: 'Ask now about team' }).click();
    await page.getByText('Answered', { exact: true }).waitFor();
    const { page: plain } = await open(url, { javaScriptEnabled: false });
    await plain.getByRole('button', { name: 'Ask now about ci' }).click();
    await plain.getByText('Docker Hub was asked just now').waitFor();
    expect(asked).toEqual(['team', 'ci']);
  });

  test('remembers theme and zone, and shows them without a flash', async () => {
    const { url } = await startWeb();
    const { page } = await open(url, { colorScheme: 'light', timezoneId: 'Asia/Tokyo' });
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

  test('on a wall there is nothing to click, and it is dark', async () => {
    const { url } = await startWeb();
    const { page } = await open(new URL('?kiosk', url), { colorScheme: 'light' });
    expect(await page.locator('.masthead, .imprint, .poll, .filter').locator('visible=true').count()).toBe(0);
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark');
    expect(await violationsOf(page)).toEqual([]);
  });

  test('says when Headroom no longer answers, and takes it back', async () => {
    const { url } = await startWeb();
    const { page } = await open(url);
    await page.locator('.live[data-live=on]').waitFor();
    await page.route('**/*', (route) => route.abort());
    await page.evaluate(setHidden(true));
    await page.evaluate(setHidden(false));
    await page.locator('.lost').waitFor({ state: 'visible' });
    await page.unroute('**/*');
    await page.locator('.lost').waitFor({ state: 'hidden' });
  });

  test('leads past the header by the first key', async () => {
    const { url } = await startWeb();
    const { page } = await open(url);
    await page.keyboard.press('Tab');
    expect(await page.locator('.skip:focus').isVisible()).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
  });

  test('an error is accessible too', async () => {
    const { url } = await startWeb();
    const { page } = await open(new URL('nothing/here', url));
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'See how much headroom is left' }).click();
    expect(page.url()).toBe(url.href);
  });
});

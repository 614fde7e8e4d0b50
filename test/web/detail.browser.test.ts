import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { LiveListener } from '../../src/domain/history/live-event.ts';
import { foreseen } from '../domain/forecasts.ts';
import { describeWithProgram } from '../requires-program.ts';
import { alertServiceOf, lowAlert, silence } from './alert-service.ts';
import { launchBrowser, openPage, violationsOf } from './browser.ts';
import { busyHistory, MINUTE_MS } from './history-points.ts';
import { startWeb } from './start-web.ts';
import { failure, metered, NOW, stateAfter } from './states.ts';

const HOSTILE = '"></script><img src=x onerror=alert(1)>\u202Etxt '.repeat(150);
const FAILED = { kind: 'failed', reason: 'dns', detail: HOSTILE } as const;

/** Two credentials on one bucket, one with a hostile name, and alerts about them. */
async function startDetail(changes = {}) {
  const { url } = await startWeb({
    routePrefix: '/headroom',
    states: () => [
      stateAfter('ci', [metered(40, 100)]),
      stateAfter('nat-b', [metered(40, 100)]),
      stateAfter(HOSTILE, [metered(3, 10, HOSTILE), failure('dns', HOSTILE)]),
    ],
    outlookOf: () => ({ forecast: foreseen(NOW - 12_000, { remaining: 40, limit: 100 }), pool: undefined }),
    series: busyHistory,
    bucketSeries: busyHistory,
    changes: () => [
      { kind: 'limit', at: NOW - 90 * MINUTE_MS, from: 200, to: 100 },
      { kind: 'source', at: NOW - 60 * MINUTE_MS, from: HOSTILE, to: '192.0.2.1' },
    ],
    recentProbes: () => ({
      newest: [{ at: NOW, durationMs: 180, outcome: FAILED }],
      failures: [{ at: NOW - MINUTE_MS, durationMs: 180, outcome: FAILED }],
    }),
    alerts: alertServiceOf({
      alerts: [
        lowAlert(),
        lowAlert({ fingerprint: 'a2', state: 'pending', silencedBy: 's1', credentials: [HOSTILE] }),
      ],
      silences: [silence({ comment: HOSTILE })],
      events: [{ kind: 'firing', at: NOW - 30 * MINUTE_MS, alert: lowAlert() }],
      receivers: [
        {
          name: 'slack',
          queued: 1,
          sent: 3,
          failed: 1,
          lastSentAt: NOW,
          lastError: { at: NOW, message: HOSTILE },
        },
      ],
    }),
    ...changes,
  });
  return url;
}

/** The edges of a label, in pixels. */
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const PAGES = {
  'a credential': 'credentials/ci?range=6h',
  'a hostile credential': `credentials/${encodeURIComponent(HOSTILE)}?range=1h`,
  'a bucket': 'buckets/192.0.2.1?range=7d',
  alerts: 'alerts',
  'a runbook': 'runbooks/RateLimitLow',
};

describeWithProgram('chromium', 'detail pages in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens a page in a time zone other than UTC. */
  const open = (url: URL, options: BrowserContextOptions = {}) =>
    openPage(browser, url, { timezoneId: 'Asia/Kolkata', ...options });

  test.each(Object.entries(PAGES))(
    '%s: accessible, quiet, from one origin, and never too wide',
    async (_, path) => {
      const url = await startDetail();
      const { page, complaints, requests } = await open(new URL(path, url), { colorScheme: 'light' });
      const widths: unknown[] = [];
      for (const width of [1_440, 768, 360]) {
        await page.setViewportSize({ width, height: 800 });
        widths.push(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'));
      }
      expect(await violationsOf(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      // In other colours nothing but the contrast is another.
      expect(await violationsOf(page, "{ runOnly: ['color-contrast'] }")).toEqual([]);
      expect(widths).toEqual([0, 0, 0]);
      expect(complaints).toEqual([]);
      expect(requests.filter((request) => !request.startsWith(url.href))).toEqual([]);
    },
  );

  test.each(Object.entries(PAGES))(
    '%s without JavaScript: accessible, and never too wide',
    async (_, path) => {
      const url = await startDetail();
      const context = await browser.newContext({ colorScheme: 'dark' });
      onTestFinished(() => context.close());
      // Scripts that never come are as good as none, and leave axe-core alone, which could not run without any.
      await context.route('**/*.js', (route) => route.abort());
      const page = await context.newPage();
      await page.goto(new URL(path, url).href);
      const widths: unknown[] = [];
      for (const width of [1_440, 768, 360]) {
        await page.setViewportSize({ width, height: 800 });
        widths.push(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'));
      }
      expect(widths).toEqual([0, 0, 0]);
      expect(await violationsOf(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await violationsOf(page, "{ runOnly: ['color-contrast'] }")).toEqual([]);
    },
  );

  test('without JavaScript the charts are drawings, and fit', async () => {
    const url = await startDetail();
    const { page } = await open(new URL(PAGES['a credential'], url), {
      javaScriptEnabled: false,
      viewport: { width: 360, height: 800 },
    });
    expect(await page.locator('.chart-line').isVisible()).toBe(true);
    expect(await page.locator('.chart-bar').count()).toBeGreaterThan(3);
    expect(await page.getByText('Times in UTC').isVisible()).toBe(true);
    expect(await page.getByRole('link', { name: 'Zoom in' }).isVisible()).toBe(true);
  });

  test('charts are read by keys, and zoomed in to by dragging', async () => {
    const url = await startDetail();
    const { page } = await open(new URL(PAGES['a credential'], url));
    const chart = page.locator('pull-chart[data-shows="left"]');
    const canvas = chart.locator('canvas');
    await canvas.focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => chart.locator('.reading').textContent()).toMatch(/: \d+ left of 100$/);
    const box = await canvas.boundingBox();
    if (!box) throw new Error('The chart is nowhere');
    await page.mouse.move(box.x + 100, box.y + 80);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 80, { steps: 3 });
    await page.mouse.up();
    await page.waitForURL(/from=.*&to=/);
    const { searchParams } = new URL(page.url());
    const span = Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '');
    expect(span).toBeGreaterThan(10 * MINUTE_MS);
    expect(span).toBeLessThan(6 * 60 * MINUTE_MS);
  });

  /** Opens a page of the credential `ci` for a range around a change of summer time in Berlin. */
  async function openInBerlin(from: string, to: string) {
    const { page } = await open(new URL(`credentials/ci?from=${from}&to=${to}`, await startDetail()), {
      timezoneId: 'Europe/Berlin',
    });
    const fields = { from: page.locator('input[name=from]'), to: page.locator('input[name=to]') };
    const submit = async () => {
      await page.getByRole('button', { name: 'Show' }).click();
      await page.waitForURL(/from=[^&]*%3A00.000Z/);
      const { searchParams } = new URL(page.url());
      return [searchParams.get('from'), searchParams.get('to')];
    };
    return { page, fields, submit };
  }

  test('the fields From and To follow the zone of the page, and keep their instants', async () => {
    const { page, fields, submit } = await openInBerlin('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z');
    // The same wall time twice: summer time ends at 01:00 UTC.
    expect([await fields.from.inputValue(), await fields.to.inputValue()]).toEqual([
      '2026-10-25T02:30',
      '2026-10-25T02:30',
    ]);
    expect(await page.getByText('From (local time)').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Local time' }).click();
    expect(await page.getByText('From (UTC)').isVisible()).toBe(true);
    expect([await fields.from.inputValue(), await fields.to.inputValue()]).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:30',
    ]);
    await page.getByRole('button', { name: 'UTC' }).click();
    expect(await submit()).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']);
  });

  // range of the page, edited fields in local time, instants of the request
  test.each([
    // The end of summer time repeats the hour: From is the first 02:30, To the second.
    [
      ['2026-10-24T20:00:00Z', '2026-10-25T06:00:00Z'],
      ['2026-10-25T02:30', '2026-10-25T02:30'],
      ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'],
    ],
    // The start of summer time skips the hour.
    [
      ['2026-03-28T20:00:00Z', '2026-03-29T06:00:00Z'],
      ['2026-03-29T01:30', '2026-03-29T03:30'],
      ['2026-03-29T00:30:00.000Z', '2026-03-29T01:30:00.000Z'],
    ],
    [
      ['2026-03-28T20:00:00Z', '2026-03-29T06:00:00Z'],
      ['2026-03-29T02:30', '2026-03-29T02:30'],
      ['2026-03-29T00:30:00.000Z', '2026-03-29T01:30:00.000Z'],
    ],
  ] as const)(
    'edited fields are local time across a change of summer time: %j, %j',
    async (range, edited, instants) => {
      const { page, fields, submit } = await openInBerlin(range[0], range[1]);
      await fields.from.fill(edited[0]);
      await fields.to.fill(edited[1]);
      // An edited value follows a change of the zone as well.
      await page.getByRole('button', { name: 'Local time' }).click();
      expect(await fields.from.inputValue()).toBe(instants[0].slice(0, 16));
      await page.getByRole('button', { name: 'UTC' }).click();
      expect(await submit()).toEqual(instants);
    },
  );

  test('the usual week follows the zone of the page', async () => {
    const url = new URL(PAGES['a credential'], await startDetail());
    const weekOf = async (options: BrowserContextOptions) => {
      const { page } = await open(url, options);
      const texts = () => page.locator('.usual-week :is(.busiest, td, .week-step)').allTextContents();
      return { page, texts };
    };
    const drawn = await (await weekOf({ javaScriptEnabled: false })).texts();
    const { page, texts } = await weekOf({ timezoneId: 'America/New_York' });
    const local = await texts();
    await page.getByRole('button', { name: 'Local time' }).click();
    // In UTC the script writes what the server has drawn.
    expect(await texts()).toEqual(drawn);
    expect(await page.getByText('Hours in UTC').isVisible()).toBe(true);
    // Five hours behind UTC on all days of these weeks after November 1, four before.
    expect(local).not.toEqual(drawn);
    expect(local[0]).toMatch(/^Busiest: \w+ from \d\d:00 local time, /);
  });

  test.each([1_280, 360])('at a width of %d pixels no labels of the chart overlap', async (width) => {
    const refill = { earliest: NOW + 50 * MINUTE_MS, latest: NOW + 85 * MINUTE_MS };
    const forecast = foreseen(NOW, { remaining: 40, limit: 100, exhaustion: null, refill });
    const url = await startDetail({ outlookOf: () => ({ forecast, pool: undefined }) });
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    // Records the box of each label that the script draws: the baseline is its upper or lower edge.
    await page.addInitScript(`{
      window.drawnLabels = {};
      const draw = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
        const width = this.measureText(text).width;
        const left = x - { right: width, center: width / 2 }[this.textAlign] ?? 0;
        const top = this.textBaseline === 'top' ? y : y - 12;
        drawnLabels[text] = { left, right: left + width, top, bottom: top + 12 };
        draw.call(this, text, x, y);
      };
    }`);
    const overlap = (a: Box, b: Box) =>
      a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    for (const path of ['credentials/ci?range=1h', 'credentials/ci?range=6h', 'credentials/ci?range=24h']) {
      await page.goto(new URL(path, url).href);
      const drawn = (await page.evaluate('drawnLabels')) as Record<string, Box>;
      const labels = ['Limit 100', 'Full again', 'Low below 20'].flatMap((text) => drawn[text] ?? []);
      expect(drawn['Limit 100']).toBeDefined();
      if (path.endsWith('=6h') && width > 1_000) expect(drawn['Full again']).toBeDefined();
      const svg = (await page.evaluate(
        "[...document.querySelectorAll('.chart-label')].map((label) => label.getBoundingClientRect().toJSON())",
      )) as Box[];
      for (const boxes of [labels, svg]) {
        const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).map((b) => overlap(a, b)));
        expect([path, pairs]).toEqual([path, pairs.map(() => false)]);
      }
    }
  });

  test('a result shows at once, and what was opened stays open', async () => {
    let listener: LiveListener = () => undefined;
    let states = [stateAfter('ci', [metered(40, 100)])];
    const url = await startDetail({
      states: () => states,
      outlookOf: () => undefined,
      subscribe(added: LiveListener) {
        listener = added;
        return () => undefined;
      },
    });
    const { page } = await open(new URL('credentials/ci', url));
    await page.locator('.live[data-live="on"]').waitFor();
    await page.getByText('Show as a table').click();
    states = [stateAfter('ci', [metered(39, 100)])];
    const [state] = states;
    if (!state?.latest) throw new Error('There is no result');
    listener({ kind: 'result', result: state.latest });
    await page.locator('.left-count', { hasText: '39' }).waitFor();
    expect(await page.locator('#as-table').getAttribute('open')).toBe('');
  });

  test('a silence is created and ended without leaving the page', async () => {
    const url = await startDetail();
    const { page } = await open(new URL('alerts', url));
    await page.getByText('Acknowledge', { exact: true }).first().click();
    const form = page.locator('#acknowledge-a1');
    await form.getByLabel('Your name').fill('ann');
    await form.getByRole('button').click();
    await page.getByText('no further notifications are sent until the alert is resolved').waitFor();
    await page.getByRole('button', { name: 'End now' }).last().click();
    await page.getByText('notifications are sent again').waitFor();
  });
});

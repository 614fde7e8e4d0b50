import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithProgram } from '../requires-program.ts';
import { launchBrowser, openPage, PATIENCE_MS, setHidden } from './browser.ts';
import { liveStates, resultOf } from './changing-states.ts';
import { fleetCredential, fleetOf, member } from './fleet-fixtures.ts';
import { startWeb } from './start-web.ts';
import { metered, NOW, STATE_IN, STATES, stateAfter } from './states.ts';

describeWithProgram('chromium', 'the live page in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test('changes in place, and keeps the focus', async () => {
    const live = liveStates([STATE_IN.ok]);
    const { url } = await startWeb(live.options);
    const { page } = await openPage(browser, url);
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
    const { page } = await openPage(browser, url);
    await page.locator('.live[data-live=on]').waitFor();
    live.become([...STATES, stateAfter('new', [])]);
    await page.getByRole('heading', { name: '6 buckets and 4 credentials' }).waitFor();
    live.become([]);
    live.tell(resultOf('gone'));
    await page.getByRole('heading', { name: 'No credential is configured' }).waitFor();
    await page.locator('.bucket').first().waitFor({ state: 'detached' });
  });

  test('shows another fleet when it has been read', async () => {
    const live = liveStates([STATE_IN.ok]);
    let fleet = fleetOf([member('north', fleetCredential('ci', 76))]);
    const { url } = await startWeb({ ...live.options, fleet: () => fleet });
    const { page } = await openPage(browser, url);
    await page.locator('.live[data-live=on]').waitFor();
    fleet = fleetOf([member('south', fleetCredential('nightly', 3))], { readAt: NOW + 60_000 });
    live.become([STATE_IN.ok]);
    await page.locator('.fleet').getByText('south').waitFor();
  });

  test('a hidden tab keeps no connection, and catches up when it is shown', async () => {
    const live = liveStates([STATE_IN.ok]);
    const { url } = await startWeb(live.options);
    const { page } = await openPage(browser, url);
    await page.locator('.live[data-live=on]').waitFor();
    const closed = page.waitForEvent('requestfailed', (request) => request.url().includes('/events/'));
    await setHidden(page, true);
    await closed;
    live.become([stateAfter('team', [metered(0, 200, 'acmeteam', 3_600)])]);
    await setHidden(page, false);
    await page.getByRole('heading', { name: 'No, not now' }).waitFor();
  });

  test('checks Docker Hub by the button, with scripts and without', async () => {
    const asked: string[] = [];
    const { url } = await startWeb({
      pollNow: async (name) => {
        asked.push(name);
        return 'probed';
      },
    });
    const { page } = await openPage(browser, url);
    await page.getByRole('button', { name: 'Check now with team' }).click();
    await page.getByText('Answered', { exact: true }).waitFor();
    const { page: plain } = await openPage(browser, url, { javaScriptEnabled: false });
    await plain.getByRole('button', { name: 'Check now with ci' }).click();
    await plain.getByText('Checked just now').waitFor();
    expect(asked).toEqual(['team', 'ci']);
  });

  test('says when Headroom no longer answers, and takes it back', async () => {
    const { url } = await startWeb();
    const { page } = await openPage(browser, url);
    await page.locator('.live[data-live=on]').waitFor();
    await page.route('**/*', (route) => route.abort());
    await setHidden(page, true);
    await setHidden(page, false);
    await page.locator('.lost').waitFor({ state: 'visible' });
    await page.unroute('**/*');
    await page.locator('.lost').waitFor({ state: 'hidden' });
  });
});

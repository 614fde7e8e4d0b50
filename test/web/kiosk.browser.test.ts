import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CredentialState } from '../../src/domain/credential-state.ts';
import { describeWithProgram } from '../requires-program.ts';
import { launchBrowser, openPage, overflowOf, violationsOf } from './browser.ts';
import { startWeb } from './start-web.ts';
import { metered, STATES, stateAfter } from './states.ts';

const FULL_HD = { width: 1_920, height: 1_080 };

/** So many buckets, one in each status first. */
function buckets(count: number): readonly CredentialState[] {
  const others = Array.from({ length: count }, (_, i) => {
    const name = `runner-${i}-of-a-team-with-a-long-name`;
    return stateAfter(name, [metered(i * 4, 100, `account${i}`)], { hasLogin: true });
  });
  const states = count === 1 ? [] : STATES;
  return [...states, ...others].slice(0, count);
}

/** Returns the parts of cards that are not inside their card, that cover the bar, or whose text is smaller than 12 px. */
const FAULTS = `[...document.querySelectorAll('.bucket')].flatMap((card) => {
  const frame = card.getBoundingClientRect();
  const texts = [...card.querySelectorAll('.names, .source, .state, .amount strong, .outlook dd, .problem, .bar')];
  return texts.filter((text) => text.checkVisibility()).flatMap((text) => {
    const box = text.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(text).fontSize);
    const above = text.matches('.problem') ? card.querySelector('.bar').getBoundingClientRect().bottom : frame.top;
    const isInside = box.bottom < frame.bottom && box.right < frame.right && box.top > above;
    return isInside && size >= 12 ? [] : [text.className + ' ' + text.textContent + ' ' + size + ' ' + box.bottom + ' > ' + frame.bottom];
  });
})`;

describeWithProgram('chromium', 'the overview on a wall screen', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  // number of buckets | colours
  test.each([1, 2, 6, 12, 18, 24].flatMap((count) => [[count, ''] as const, [count, '=light'] as const]))(
    '%i buckets fit on one screen of 1920 x 1080, ?kiosk%s',
    async (count, colours) => {
      const states = buckets(count);
      const { url } = await startWeb({ states: () => states });
      const { page, complaints } = await openPage(browser, new URL(`?kiosk${colours}`, url), {
        viewport: FULL_HD,
      });

      expect(await page.locator('.bucket').count()).toBe(count);
      expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(FULL_HD.height);
      expect(await overflowOf(page)).toBe(0);
      expect(await page.evaluate(FAULTS)).toEqual([]);
      expect(await violationsOf(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
    60_000,
  );

  test('more than 24 buckets are rows, and the screen scrolls', async () => {
    const { url } = await startWeb({ states: () => buckets(40) });
    const { page } = await openPage(browser, new URL('?kiosk', url), { viewport: FULL_HD });

    expect(await page.locator('[data-density="rows"] .bucket').count()).toBe(40);
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBeGreaterThan(FULL_HD.height);
    expect(await overflowOf(page)).toBe(0);
  });
});

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebPlanner } from '../../src/plan-for-web.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { describeWithProgram } from '../requires-program.ts';
import { launchBrowser, openPage, overflowOf, violationsOf } from './browser.ts';
import { startWeb } from './start-web.ts';
import { NOW, STATES } from './states.ts';

/** Something to count, and something to leave out. */
const MANIFESTS = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { replicas: 30, template: { spec: { containers: [{ name: web, image: "bitnami/nginx:1.29.0-debian-12-r0" }] } } }
---
apiVersion: x/v1
kind: <img src=x onerror=alert(1)>
`;

describeWithProgram('chromium', '/plan in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** The address of the page of a Headroom that plans for real. */
  async function startPlanner(): Promise<URL> {
    const clock = { now: () => NOW, monotonicMs: () => performance.now() };
    const knowledge = { states: () => STATES, outlookOf: () => undefined, clock, log: SILENT_LOG };
    const { url } = await startWeb({
      plan: createWebPlanner(knowledge),
      routePrefix: '/headroom',
    });
    return new URL('plan', url);
  }

  async function paste(page: Page, text: string): Promise<void> {
    await page.getByLabel('Manifests').fill(text);
    await page.getByRole('button', { name: 'Count the pulls' }).click();
  }

  test('answers in place: accessible, quiet, in sight and never too wide', async () => {
    const { page, complaints, requests } = await openPage(browser, await startPlanner(), {
      viewport: { width: 1_440, height: 900 },
      colorScheme: 'light',
    });
    await page.getByLabel('Nodes of each cluster').fill('12');
    await paste(page, MANIFESTS);
    await page.locator('.plan-answer').waitFor();

    expect(await page.getByLabel('Nodes of each cluster').inputValue()).toBe('12');
    expect(await page.locator('#plan-result tbody tr').count()).toBe(1);
    expect(await page.locator('#plan-result').textContent()).toContain('Unknown kind: <img');
    expect(await page.title()).toContain(await page.locator('.plan-answer h2').innerText());
    expect(await overflowOf(page)).toBe(0);
    const light = await page.screenshot();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(light.equals(await page.screenshot())).toBe(false);
    expect(await violationsOf(page)).toEqual([]);

    await page.setViewportSize({ width: 360, height: 800 });
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Count the pulls' }).click();
    await page.locator('.plan-form:not([data-busy])').waitFor();
    const lowest = await page.evaluate(
      'document.querySelector(".plan-answer").getBoundingClientRect().bottom - innerHeight',
    );
    expect(lowest).toBeLessThanOrEqual(0);
    expect(await overflowOf(page)).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests.filter((request) => !request.startsWith(new URL('.', page.url()).href))).toEqual([]);
  });

  test('shows in place what is wrong with the form, and hides it again', async () => {
    const { page } = await openPage(browser, await startPlanner());
    await paste(page, '');
    await page.getByText('There is no file: paste one, or choose some').waitFor();
    await paste(page, MANIFESTS);
    await page.locator('.plan-answer').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('accepts files that are dropped onto the form, and keeps them', async () => {
    const { page } = await openPage(browser, await startPlanner());
    await page.evaluate(`
      const carried = new DataTransfer();
      carried.items.add(new File(['FROM redis:8\\n'], 'Dockerfile'));
      carried.items.add(new File(['services: { web: { image: "nginx:1.29" } }'], 'compose.yaml'));
      const form = document.querySelector('.plan-form');
      for (const type of ['dragover', 'drop']) {
        form.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
      }
    `);
    await page.locator('.plan-answer').waitFor();
    const places = await page.locator('#plan-result tbody td:last-child').allTextContents();
    expect(places.sort()).toEqual(['Dockerfile:1', 'compose.yaml:1']);
    expect(await page.evaluate('document.querySelector("input[type=file]").files.length')).toBe(2);
  });

  test('is a form without JavaScript, which leads to its answer', async () => {
    const { page } = await openPage(browser, await startPlanner(), {
      javaScriptEnabled: false,
      viewport: { width: 360, height: 800 },
    });
    await page.getByLabel('Files').setInputFiles({
      name: 'Dockerfile',
      mimeType: 'text/plain',
      buffer: Buffer.from('FROM redis:8\n'),
    });
    await paste(page, MANIFESTS);
    await page.locator('.plan-answer').waitFor();
    expect(new URL(page.url()).hash).toBe('#plan-answer');
    expect(await page.locator('#plan-result tbody tr').count()).toBe(2);
    expect(await page.getByLabel('Manifests').inputValue()).toBe(MANIFESTS);
    expect(await overflowOf(page)).toBe(0);
  });
});

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { findProgram } from '../find-program.ts';

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

/** Text of others that would do harm on a page that believes it. */
export const HOSTILE = '"><img src=x onerror=alert(1)>\u202Etxt '.repeat(150);
/** How long anything may take on a busy machine, in milliseconds. */
export const PATIENCE_MS = 30_000;

/** Debian's own Chromium. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findProgram('chromium') ?? '', args: ARGUMENTS });
}

/** A page of its own, closed when the test has finished, and all its errors and requests. */
export async function openPage(browser: Browser, url: URL, options: BrowserContextOptions = {}) {
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

/**
 * What axe-core finds, as `rule: element`.
 * @param options its options as source text; all rules unless given
 */
export async function violationsOf(page: Page, options = '{}'): Promise<unknown> {
  await page.evaluate(AXE);
  return page.evaluate(
    `axe.run(${options}).then(({violations}) => violations.flatMap(({id, nodes}) => nodes.map(({html}) => id + ': ' + html)))`,
  );
}

/** How far the page is wider than its window, in pixels. */
export function overflowOf(page: Page): Promise<unknown> {
  return page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
}

/** Makes the page believe that its tab is hidden, or shown. */
export function setHidden(page: Page, isHidden: boolean): Promise<unknown> {
  return page.evaluate(
    `Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`,
  );
}

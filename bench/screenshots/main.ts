/**
 * Takes the pictures of README and docs: `npm run screenshots` plays the demo for a while, so that there is something to see,
 * and photographs its pages with Debian's Chromium. Look at each before it is committed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { freePort } from '../processes/free-port.ts';
import { headroomFlags, PROGRAM } from '../processes/headroom.ts';

const PICTURES = [
  { name: 'demo', path: '', width: 1_440 },
  { name: 'credential', path: 'credentials/nightly-builds', width: 1_440 },
  { name: 'alerts', path: 'alerts', width: 1_440 },
] as const;
const SCHEMES = ['light', 'dark'] as const;
const BROWSER = '/usr/bin/chromium';
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'];
/** How long the demo is played, in minutes; the first argument overrides it. */
const MINUTES = 2;

const [minutes = String(MINUTES), folder = 'docs/images'] = process.argv.slice(2);
const port = await freePort();
const demo = spawn(process.execPath, [PROGRAM, 'demo', ...headroomFlags(port)], { stdio: 'inherit' });
try {
  await sleep(Number(minutes) * 60_000);
  const browser = await chromium.launch({ executablePath: BROWSER, args: ARGUMENTS });
  for (const { name, path, width } of PICTURES) {
    for (const colorScheme of SCHEMES) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      await page.goto(`http://127.0.0.1:${port}/${path}`);
      await page.locator('[data-live=on]').waitFor();
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, fullPage: true });
      await page.close();
    }
  }
  await browser.close();
} finally {
  demo.kill('SIGTERM');
  await once(demo, 'exit');
}

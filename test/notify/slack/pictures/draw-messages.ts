import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { slackMessage, slackReply } from '../../../../src/notify/slack/slack-message.ts';
import { NOW } from '../../../domain/alerts/sample-alerts.ts';
import { findProgram } from '../../../find-program.ts';
import { MESSAGES, THREAD } from '../sample-messages.ts';
import { APP_ICON } from './app-icon.ts';
import { type DrawnMessage, messagePage } from './message-page.ts';
import { palettePng } from './palette-png.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Letters without coloured edges make smaller files.
  '--disable-lcd-text',
];
/** The mention that the pictures show. */
const MENTION = '<!here>';

/** Draws every kind of message, light and dark, into a folder. */
async function drawMessages(folder: string): Promise<void> {
  const executablePath = findProgram('chromium', process.env);
  if (executablePath === undefined) throw new Error('Chromium is not installed');
  const avatar = `data:image/svg+xml;base64,${Buffer.from(APP_ICON).toString('base64')}`;
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  try {
    mkdirSync(folder, { recursive: true });
    const icon = await browser.newPage({ viewport: { width: 512, height: 512 } });
    await icon.setContent(`<style>body{margin:0}svg{display:block}</style>${APP_ICON}`);
    await icon.screenshot({ path: join(folder, 'slack-app-icon.png') });
    const page = await browser.newPage({ deviceScaleFactor: 1.5 });
    for (const [name, drawn] of Object.entries(pictures())) {
      for (const theme of ['light', 'dark'] as const) {
        await page.setContent(messagePage(drawn, theme, avatar));
        const png = await page.locator('main').screenshot();
        writeFileSync(join(folder, `slack-${name}-${theme}.png`), palettePng(png));
      }
    }
  } finally {
    await browser.close();
  }
}

function pictures(): Record<string, DrawnMessage> {
  const single = Object.entries(MESSAGES).map(([name, notification]) => {
    const at = notification.at;
    return [name, { message: slackMessage(notification, MENTION, at), at }] as const;
  });
  const [first, ...later] = THREAD;
  const last = later.at(-1) ?? first;
  const thread = {
    message: slackMessage(last, undefined, last.at),
    at: NOW,
    replies: later.map((each) => ({ message: slackReply(each, MENTION, each.at), at: each.at })),
  };
  return { ...Object.fromEntries(single), thread };
}

await drawMessages(resolve(process.argv[2] ?? 'docs/images'));

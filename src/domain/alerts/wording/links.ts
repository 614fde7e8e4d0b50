import { toWellFormed } from '../../../kit/foreign-text.ts';
import type { Alert } from '../alert.ts';

/** The longest link that receivers accept: Slack's buttons, 3,000 characters. */
const MAX_LENGTH = 3_000;

/**
 * Returns the URL of the page that shows the subject of an alert; undefined if Headroom's page has no http or
 * https URL.
 */
export function subjectUrl({ subject, credentials }: Alert, pageUrl: string): string | undefined {
  const name = subject.kind === 'bucket' || subject.kind === 'credential' ? credentials[0] : undefined;
  return webUrl(name === undefined ? '.' : `credentials/${encodePath(name)}`, pageUrl);
}

/** Returns the URL of Headroom's overview; undefined if its page has no http or https URL. */
export function overviewUrl(pageUrl: string): string | undefined {
  return webUrl('.', pageUrl);
}

/**
 * Returns the URL of the instructions for an alert; Headroom's own runbooks are below its page. Undefined if it
 * is no http or https URL, and for a test message.
 */
export function runbookUrl({ runbookUrl, subject }: Alert, pageUrl: string): string | undefined {
  if (subject.kind === 'receiver') return undefined;
  return webUrl(runbookUrl.replace(/^\/+/, ''), pageUrl);
}

/** Encodes a name for a path. A lone surrogate cannot be encoded, and is replaced. */
function encodePath(name: string): string {
  return encodeURIComponent(toWellFormed(name));
}

function webUrl(path: string, pageUrl: string): string | undefined {
  if (!URL.canParse(path, pageUrl)) return undefined;
  const url = new URL(path, pageUrl);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return isWeb && url.href.length <= MAX_LENGTH ? url.href : undefined;
}

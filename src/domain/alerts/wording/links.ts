import type { Alert } from '../alert.ts';

/** The longest link that receivers take: Slack's buttons, 3,000 characters. */
const MAX_LENGTH = 3_000;

/** The page that shows what an alert is about; undefined where the page's address is no web address. */
export function subjectUrl({ subject, credentials }: Alert, pageUrl: string): string | undefined {
  const name = subject.kind === 'hub' ? undefined : credentials[0];
  return webUrl(name === undefined ? '.' : `credentials/${encodePath(name)}`, pageUrl);
}

/** Headroom's page itself. */
export function overviewUrl(pageUrl: string): string | undefined {
  return webUrl('.', pageUrl);
}

/** Where a person reads what to do; Headroom's own runbooks hang below its page. */
export function runbookUrl({ runbookUrl }: Alert, pageUrl: string): string | undefined {
  return webUrl(runbookUrl.replace(/^\/+/, ''), pageUrl);
}

/** Half of a surrogate pair cannot be encoded. */
function encodePath(name: string): string {
  return encodeURIComponent(name.replace(/\p{Cs}/gu, '\uFFFD'));
}

function webUrl(path: string, pageUrl: string): string | undefined {
  if (!URL.canParse(path, pageUrl)) return undefined;
  const url = new URL(path, pageUrl);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return isWeb && url.href.length <= MAX_LENGTH ? url.href : undefined;
}

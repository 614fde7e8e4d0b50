import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { type Status, statusOf } from '../../domain/status.ts';
import { formatCount } from '../../domain/wording.ts';
import { STATUS_WORDS, type Tone } from '../credential-words.ts';
import { toPlainText } from '../text.ts';

/** Contains the texts of a badge. */
export interface Badge {
  /** `docker hub ci`. */
  readonly label: string;
  /** `42 of 100 left`. */
  readonly message: string;
  readonly tone: Tone;
  /** Whether the badge shows an error and not the remaining pulls. */
  readonly isError: boolean;
}

/** How many characters of a name are shown. */
const NAME_LENGTH = 40;
/** Statuses in which the last known number may be wrong and is not shown. */
const WITHOUT_NUMBER: ReadonlySet<Status> = new Set(['blocked', 'rejected', 'failing']);

/**
 * Returns the badge of a credential or bucket. The remaining pulls are shown only if the newest probe confirmed them.
 * @param name name of the credential, or source of the bucket
 */
export function toBadge(name: string, snapshot: CredentialSnapshot): Badge {
  const status = statusOf(snapshot);
  const { label, tone } = STATUS_WORDS[status];
  const { limited } = snapshot;
  const isError = WITHOUT_NUMBER.has(status);
  const left = limited && `${formatCount(limited.remaining)} of ${formatCount(limited.limit)} left`;
  const message =
    isError || !left ? label.toLowerCase() : status === 'downgraded' ? `${left}, as anonymous` : left;
  return { label: labelOf(name), message, tone, isError };
}

/** Returns the badge of an unknown credential or bucket. */
export function unknownBadge(name: string): Badge {
  return { label: labelOf(name), message: 'unknown', tone: 'neutral', isError: true };
}

function labelOf(name: string): string {
  return `docker hub ${toPlainText(name, NAME_LENGTH)}`;
}

/** Background colours. White text on each has a contrast of at least 5 to 1 (WCAG AA). */
export const BADGE_COLOURS: Readonly<Record<Tone, string>> = {
  good: '#08704c',
  warn: '#965200',
  bad: '#b3152f',
  neutral: '#566074',
};

const HEIGHT = 20;
const PADDING = 7;
/** Characters that are wider or narrower than the average in an 11 px sans-serif font. */
const WIDE = /[mwMW@%—]/;
const NARROW = /[ijlt.,:;'|! frI1()-]/;

/** Returns a badge as SVG, in the usual form of shields.io. */
export function drawBadge({ label, message, tone }: Badge): string {
  const [labelWidth, messageWidth] = [widthOf(label), widthOf(message)];
  const width = labelWidth + messageWidth;
  const words = (text: string, left: number, ownWidth: number) =>
    `<text x="${left + ownWidth / 2}" y="14" textLength="${ownWidth - 2 * PADDING}">${escapeXml(text)}</text>`;
  const title = escapeXml(`${label}: ${message}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${title}">
<title>${title}</title>
<clipPath id="r"><rect width="${width}" height="${HEIGHT}" rx="4"/></clipPath>
<g clip-path="url(#r)">
<rect width="${labelWidth}" height="${HEIGHT}" fill="#30363f"/>
<rect x="${labelWidth}" width="${messageWidth}" height="${HEIGHT}" fill="${BADGE_COLOURS[tone]}"/>
</g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
${words(label, 0, labelWidth)}
${words(message, labelWidth, messageWidth)}
</g>
</svg>
`;
}

function widthOf(text: string): number {
  const letters = [...text].map((letter) => (WIDE.test(letter) ? 10 : NARROW.test(letter) ? 4.4 : 6.9));
  return Math.round(letters.reduce((sum, width) => sum + width, 2 * PADDING));
}

/** Removes control characters that XML 1.0 does not allow, and escapes the five special characters. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

/** How long a client may cache a badge, in seconds. */
export const BADGE_MAX_AGE_SECONDS = 60;

/** The JSON of a badge for the endpoint of shields.io (https://shields.io/badges/endpoint-badge). */
interface BadgeJson {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: string;
  readonly isError: boolean;
  readonly cacheSeconds: number;
}

/** Returns the JSON of a badge for shields.io. */
export function toBadgeJson({ label, message, tone, isError }: Badge): BadgeJson {
  return {
    schemaVersion: 1,
    label,
    message,
    color: BADGE_COLOURS[tone],
    isError,
    cacheSeconds: BADGE_MAX_AGE_SECONDS,
  };
}

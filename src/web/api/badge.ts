import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { type Status, statusOf } from '../../domain/status.ts';
import { formatCount } from '../../domain/wording.ts';
import { STATUS_WORDS, type Tone } from '../credential-words.ts';
import { toPlainText } from '../text.ts';

/** What a badge says. */
export interface Badge {
  /** `docker hub ci`. */
  readonly label: string;
  /** `42 of 100 left`. */
  readonly message: string;
  readonly tone: Tone;
  /** Whether it says that something is wrong, and not how much is left. */
  readonly isError: boolean;
}

/** How much of a name is shown, in characters. */
const NAME_LENGTH = 40;
/** States in which a number would say more than is known. */
const WITHOUT_NUMBER: ReadonlySet<Status> = new Set(['blocked', 'rejected', 'failing']);

/**
 * Says of a credential or bucket what may be said in a dozen letters. A number is shown only while the newest probe
 * confirms it.
 * @param name what the badge is about
 */
export function toBadge(name: string, view: CredentialSnapshot): Badge {
  const standing = statusOf(view);
  const { label, tone } = STATUS_WORDS[standing];
  const { limited } = view;
  const isError = WITHOUT_NUMBER.has(standing);
  const left = limited && `${formatCount(limited.remaining)} of ${formatCount(limited.limit)} left`;
  const message =
    isError || !left ? label.toLowerCase() : standing === 'downgraded' ? `${left}, as anonymous` : left;
  return { label: labelOf(name), message, tone, isError };
}

/** The badge of something that is not known here. */
export function unknownBadge(name: string): Badge {
  return { label: labelOf(name), message: 'not known here', tone: 'neutral', isError: true };
}

function labelOf(name: string): string {
  return `docker hub ${toPlainText(name, NAME_LENGTH)}`;
}

/** White on each of these is read by everybody: the contrast is at least 5 to 1. */
export const BADGE_COLOURS: Readonly<Record<Tone, string>> = {
  good: '#08704c',
  warn: '#965200',
  bad: '#b3152f',
  neutral: '#566074',
};

const HEIGHT = 20;
const PADDING = 7;
/** How wide letters are in 11 px of a common sans-serif; what is not named is as wide as most. */
const WIDE = /[mwMW@%—]/;
const NARROW = /[ijlt.,:;'|! frI1()-]/;

/** Draws a badge, in the form that people know from elsewhere, as SVG. */
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

/** XML 1.0 takes no other control characters than these; the five that mean something are written by name. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

/** How long a badge may be shown again without asking, in seconds. */
export const BADGE_MAX_AGE_SECONDS = 60;

/** A badge as shields.io draws it from any address (https://shields.io/badges/endpoint-badge). */
interface BadgeJson {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: string;
  readonly isError: boolean;
  readonly cacheSeconds: number;
}

/** Writes a badge for shields.io. */
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

import type { Tone } from '../standing-words.ts';
import type { Badge } from './badge.ts';

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

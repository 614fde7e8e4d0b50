/** How much of a name is shown, in UTF-16 code units. The longest credential has 64; a source may have 255. */
const MAX_LENGTH = 80;
/**
 * Commands that are no text: control characters, marks and overrides of direction, invisible characters. The two
 * joiners stay: scripts and emoji need them.
 */
const COMMANDS = /(?:(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}])+/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
/** Letters that run from right to left, and would take their neighbours with them. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const [ISOLATE, END_ISOLATE] = ['\u2068', '\u2069'];
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Makes a name that others chose fit to stand in a sentence of ours: on one line, without invisible commands, at most
 * 80 characters long, and unable to turn the sentence around.
 */
export function cleanName(name: string): string {
  return cleanText(name, MAX_LENGTH) || '(no name)';
}

/** The same for any text of others; the isolating marks around letters from right to left come on top. */
export function cleanText(text: string, maxLength: number): string {
  // Cut generously first: splitting graphemes is not for texts of any length.
  const plain = text
    .slice(0, 50 * maxLength)
    .replace(LONE_SURROGATE, '\uFFFD')
    .replace(COMMANDS, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  const short = cutText(plain, maxLength);
  return RIGHT_TO_LEFT.test(short) ? `${ISOLATE}${short}${END_ISOLATE}` : short;
}

/**
 * Cuts a text to a length in UTF-16 code units, with an ellipsis, never within what a reader sees as one character.
 * A single one that is longer by itself (a letter with a hundred accents) is cut between its code points.
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const room = Math.max(0, maxLength - 1);
  const kept = takeWhole(graphemesOf(text.slice(0, 2 * maxLength)), room);
  const start = kept === '' ? takeWhole(text.slice(0, maxLength), room) : kept;
  return `${start.trimEnd()}…`;
}

function takeWhole(pieces: Iterable<string>, room: number): string {
  let taken = '';
  for (const piece of pieces) {
    if (taken.length + piece.length > room) break;
    taken += piece;
  }
  return taken;
}

function* graphemesOf(text: string): Iterable<string> {
  for (const { segment } of GRAPHEMES.segment(text)) yield segment;
}

import type { TextSink } from './command.ts';

/** Colours a text, or returns it unchanged if colours are off. */
export type Paint = (tone: PaintTone, text: string) => string;

/** The meaning of a colour. */
export type PaintTone = keyof typeof CODES;

/** Parameters of Select Graphic Rendition (ECMA-48, section 8.3.117). */
const CODES = { good: '1;32', warn: '1;33', bad: '1;31', neutral: '1', faint: '2' } as const;

/** Returns a function that colours text if the destination is a terminal and `NO_COLOR` is not set (https://no-color.org). */
export function choosePaint(
  { isTTY }: TextSink,
  { NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): Paint {
  const isColoured = isTTY === true && !NO_COLOR && TERM !== 'dumb';
  return isColoured ? (tone, text) => `\u001b[${CODES[tone]}m${text}\u001b[0m` : (_, text) => text;
}

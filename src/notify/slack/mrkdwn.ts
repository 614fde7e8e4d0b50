import type { Tone } from '../../domain/alerts/wording/notification-text.ts';
import { renderWords, utc, type WordStyle, type Words } from '../../domain/alerts/wording/words.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** The URLs in Headroom's own advice: with `verbatim` Slack does not turn them into links. */
const ADDRESS = /\bhttps:\/\/[\w./-]+[\w/]/g;

/**
 * Escapes the three characters with a meaning in Slack's markup
 * (https://docs.slack.dev/messaging/formatting-message-text).
 */
export function escapeMrkdwn(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}

/** Cuts markup to a length, never within a token, an entity or a surrogate pair. */
export function cutMrkdwn(mrkdwn: string, maxLength: number): string {
  if (mrkdwn.length <= maxLength) return mrkdwn;
  const whole = mrkdwn
    .slice(0, maxLength - 1)
    .replace(/<[^>]*$/, '')
    .replace(/&[a-z]*$/, '')
    .replace(/\p{Cs}$/u, '');
  return `${whole.trimEnd()}…`;
}

const STYLE: WordStyle = {
  text: (text) => escapeMrkdwn(text).replace(ADDRESS, '<$&>'),
  name: codeOf,
  instant: dateToken,
};

/**
 * Renders words in Slack's markup: instants in the reader's own time, names as code, in which nothing is
 * markup.
 */
export function toMrkdwn(words: Words): string {
  return renderWords(words, STYLE);
}

/** Returns a name as code. Backticks would end it, and become apostrophes. */
export function codeOf(name: string): string {
  return `\`${escapeMrkdwn(name.replaceAll('`', '’'))}\``;
}

/** https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
function dateToken(at: number, withDate: boolean): string {
  const format = withDate ? '{date_short_pretty} at {time}' : '{time}';
  return `<!date^${Math.floor(at / 1_000)}^${format}|${utc(at, withDate)} UTC>`;
}

/** `<!here>`, `<!channel>`, `<!subteam^S0123>`, `<@U0123>`, one or several. */
const MENTIONS = /^(?:<[!@][\w^]{1,40}>\s*){1,10}$/;

/**
 * Returns the mention of a critical alert, with a space before it; empty for other alerts. Text that is no
 * mention is shown as text.
 */
export function mentionFor(tone: Tone, mention: string | undefined): string {
  const text = mention?.trim() ?? '';
  if (tone !== 'critical' || text === '') return '';
  return ` ${MENTIONS.test(text) ? text : escapeMrkdwn(text.slice(0, 200))}`;
}

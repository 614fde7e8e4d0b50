import type { Tone } from '../../domain/alerts/wording/group.ts';
import { escapeMrkdwn } from './mrkdwn.ts';

/** `<!here>`, `<!channel>`, `<!subteam^S0123>`, `<@U0123>`, one or several. */
const MENTIONS = /^(?:<[!@][\w^]{1,40}>\s*){1,10}$/;

/** What calls people, with a space before it: for critical alerts only. What is no mention is shown as text. */
export function mentionFor(tone: Tone, mention: string | undefined): string {
  const text = mention?.trim() ?? '';
  if (tone !== 'critical' || text === '') return '';
  return ` ${MENTIONS.test(text) ? text : escapeMrkdwn(text.slice(0, 200))}`;
}

import type { DiscordMessage } from './discord-message.ts';

const MENTION = /^(?:<@(?<role>&)?(?<id>\d{5,20})>|@everyone|@here)$/;

/** Lets the configured mention call, and nothing else in the message. */
export function allowedMentions(mention: string | undefined): DiscordMessage['allowed_mentions'] {
  const groups = mention === undefined ? undefined : MENTION.exec(mention);
  if (!groups) return { parse: [] };
  const id = groups.groups?.id;
  if (id === undefined) return { parse: ['everyone'] };
  return groups.groups?.role === undefined ? { parse: [], users: [id] } : { parse: [], roles: [id] };
}

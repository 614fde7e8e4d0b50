/** Who a message may call (https://docs.discord.com/developers/resources/message#allowed-mentions-object). */
export interface AllowedMentions {
  readonly parse: readonly 'everyone'[];
  readonly roles?: readonly string[];
  readonly users?: readonly string[];
}

const MENTION = /^(?:<@(?<role>&)?(?<id>\d{5,20})>|@everyone|@here)$/;

/** Lets the configured mention call, and nothing else in the message. */
export function allowedMentions(mention: string | undefined): AllowedMentions {
  const groups = mention === undefined ? undefined : MENTION.exec(mention);
  if (!groups) return { parse: [] };
  const id = groups.groups?.id;
  if (id === undefined) return { parse: ['everyone'] };
  return groups.groups?.role === undefined ? { parse: [], users: [id] } : { parse: [], roles: [id] };
}

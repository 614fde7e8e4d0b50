import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';
import { isWebUrl } from './secret-url.ts';

/** Longest URL, in characters: that of Slack's buttons. */
const MAX_LENGTH = 3_000;

/** A page for people, with query and fragment where it needs them; it is shown to everybody who gets a message. */
export const pageUrl: Kind<string> = scalarKind({
  noun: 'the URL of a page',
  allowed: `an http or https URL of at most ${MAX_LENGTH} characters, without user`,
  secret: (value) => typeof value === 'string' && value.includes('@'),
  parse(value) {
    if (typeof value !== 'string' || value.length > MAX_LENGTH || !isWebUrl(value)) return undefined;
    const { username, password, href } = new URL(value);
    return username === '' && password === '' ? href : undefined;
  },
  show: (value) => value,
});

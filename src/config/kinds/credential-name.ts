import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';
import { looksLikeLogin } from './text.ts';

/** Longest name of a credential, in characters: it is a label of every series. */
const MAX_LENGTH = 64;
/** No slash: a name is one segment of a path, and proxies decode `%2F`. */
const GRAMMAR = /^[a-z0-9](?:[a-z0-9 ._@+-]*[a-z0-9])?$/i;

/** The name a credential is known by, in metrics, URLs and alerts. */
export const credentialName: Kind<string> = scalarKind({
  noun: 'a name',
  allowed: `1 to ${MAX_LENGTH} letters, digits, spaces and . _ @ + -, with a letter or digit at both ends`,
  secret: looksLikeLogin,
  parse: (value) =>
    typeof value === 'string' && value.length <= MAX_LENGTH && GRAMMAR.test(value) ? value : undefined,
  show: (value) => value,
});

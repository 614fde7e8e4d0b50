import { quoteForeign } from '../kit/foreign-text.ts';
import { REDACTED, type Secret } from '../kit/secret.ts';

/** What is shorter cannot be told from ordinary words: masking it would make every answer unreadable. */
const MIN_SECRET_LENGTH = 4;
/** Parts of a path that are shorter, such as `api`, say nothing. */
const MIN_PART_LENGTH = 8;

/**
 * Makes answers fit to be shown. A web server that does not know a path says so with the path in it, and that of a webhook
 * is its password; others repeat a token.
 */
export function maskAnswer(url: URL, secrets: readonly Secret[]): (text: string) => string {
  const places = [url.pathname + url.search, ...url.pathname.split('/'), ...url.searchParams.values()];
  const parts = [url.hash.slice(1), ...places].filter(({ length }) => length >= MIN_PART_LENGTH);
  // Of "Bearer abc" the word alone is the secret.
  const texts = secrets.flatMap((secret) => [secret.reveal(), ...secret.reveal().split(' ').slice(1)]);
  const hidden = [
    ...parts,
    ...parts.map(decodePercent),
    url.username,
    decodePercent(url.username),
    url.password,
    decodePercent(url.password),
    ...texts,
  ]
    .filter(({ length }) => length >= MIN_SECRET_LENGTH)
    // The longest first: a part of what is masked already would leave the rest behind.
    .sort((a, b) => b.length - a.length);
  return (text) => quoteForeign(hidden.reduce((safe, part) => safe.replaceAll(part, REDACTED), text));
}

/** Decodes a part of a URL; what cannot be decoded stands as it is. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import type { Kind, Refuse } from './kind.ts';
import { scalarKind } from './kind.ts';

/** Host, port and path alone: what is written in this form cannot hold a password. */
const HARMLESS = /^(?:https?:\/\/)?[a-z0-9.-]*(?:\/[\w./~-]*)?$/i;

/** An http or https URL that names a place and nothing else: no user, query or fragment. */
export function webUrl(example: string, { withPath }: { withPath: boolean }): Kind<URL> {
  return scalarKind({
    noun: 'an http or https URL',
    allowed: `an http or https URL such as ${example}, ${withPath ? 'without user, query and fragment' : 'without user, path, query and fragment'}`,
    secret: mayHoldSecret,
    parse: (value, refuse) => parsePlainUrl(value, refuse, withPath),
    show: (url) => (withPath ? url.href : url.origin),
  });
}

/** Whether a text that should be a URL may hold a secret: it is no plain place, and the parts of it cannot be told. */
function mayHoldSecret(value: unknown): boolean {
  return typeof value === 'string' && !HARMLESS.test(value) && !isOpenUrl(value);
}

/** Whether a text is a URL with a host and without the parts that hold secrets: user, query and fragment. */
export function isOpenUrl(text: string): boolean {
  return URL.canParse(text) && new URL(text).host !== '' && !/[@?#]/.test(text);
}

function parsePlainUrl(value: unknown, refuse: Refuse, withPath: boolean): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username !== '' || url.password !== '') return refuse('A user is not allowed in this URL');
  if (url.search !== '' || url.hash !== '') return refuse('Query and fragment are not allowed in this URL');
  if (!withPath && url.pathname !== '/') return refuse('A path is not allowed in this URL');
  return url;
}

import { REDACTED, Secret } from '../../kit/secret.ts';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** An http or https URL that is a secret as a whole, such as a webhook's: whoever knows it can write there. */
export const secretUrl: Kind<Secret> = scalarKind({
  noun: 'an http or https URL',
  allowed: 'an http or https URL',
  secret: () => true,
  parse: (value) => (typeof value === 'string' && isWebUrl(value) ? new Secret(value) : undefined),
  show: () => REDACTED,
});

/** Whether a text is a URL of the web. */
export function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

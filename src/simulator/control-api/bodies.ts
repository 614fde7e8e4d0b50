import { isIP } from 'node:net';
import { z } from 'zod';
import { PLANS } from '../accounts/account.ts';
import { ENDPOINTS, FAULT_NAMES } from '../fault.ts';
import { COUNTING_MODELS } from '../limits.ts';
import { WINDOW_KINDS } from '../metering/bucket.ts';
import { PROFILE_NAMES } from '../profile.ts';

/** The error of each field says what is allowed there. */
const NAME = { error: 'lower-case letters, digits, - and _' };
const TEXT = { error: 'a text that is not empty' };
const ADDRESS = { error: 'an IPv4 or IPv6 address' };
const NO_MORE_THAN_ONE = { error: 'account or source, not both' };
const EXACTLY_ONE = { error: 'either account or source' };

const text = z.string(TEXT).min(1, TEXT);
const address = z.string(ADDRESS).refine((value) => isIP(value) !== 0, ADDRESS);
const pulls = wholeNumber(0);
const windowSeconds = wholeNumber(1);
const who = { account: text.exactOptional(), source: address.exactOptional() };

/** `POST /_simulator/accounts`. */
export const ACCOUNT_BODY = z.strictObject({
  name: z.string(NAME).regex(/^[a-z0-9][a-z0-9_-]*$/, NAME),
  password: text,
  plan: choice(PLANS).exactOptional(),
  uuid: text.exactOptional(),
  repositories: z.array(text, { error: 'a list of repositories' }).exactOptional(),
});

/** `POST /_simulator/faults`. */
export const FAULT_BODY = z.strictObject({
  fault: choice(FAULT_NAMES),
  ...who,
  repository: text.exactOptional(),
  endpoint: choice(ENDPOINTS).exactOptional(),
  times: wholeNumber(1).exactOptional(),
});

/** `PUT /_simulator/profile`. */
export const PROFILE_BODY = z
  .strictObject({ profile: choice(PROFILE_NAMES), ...who })
  .refine(({ account, source }) => account === undefined || source === undefined, NO_MORE_THAN_ONE);

/** `PATCH /_simulator/limits`. */
export const LIMITS_BODY = z.strictObject({
  anonymous: pulls.exactOptional(),
  personal: pulls.exactOptional(),
  windowSeconds: windowSeconds.exactOptional(),
  window: choice(WINDOW_KINDS).exactOptional(),
  counting: choice(COUNTING_MODELS).exactOptional(),
});

/** `GET` and `DELETE /_simulator/bucket`, as a query. */
export const BUCKET_QUERY = z.strictObject(who).refine(isOne, EXACTLY_ONE).transform(toBucketed);

/** `PUT /_simulator/bucket`. */
export const BUCKET_BODY = z
  .strictObject({ ...who, limit: pulls.exactOptional(), windowSeconds: windowSeconds.exactOptional() })
  .refine(isOne, EXACTLY_ONE)
  .transform(({ limit, windowSeconds, ...named }) => ({
    whose: toBucketed(named),
    own: {
      ...(limit === undefined ? {} : { limit }),
      ...(windowSeconds === undefined ? {} : { windowSeconds }),
    },
  }));

/** `POST /_simulator/spend`. */
export const SPEND_BODY = z
  .strictObject({ ...who, pulls })
  .refine(isOne, EXACTLY_ONE)
  .transform(({ pulls, ...named }) => ({ ...toBucketed(named), pulls }));

interface Named {
  account?: string;
  source?: string;
}

function isOne({ account, source }: Named): boolean {
  return (account === undefined) !== (source === undefined);
}

function toBucketed({ account, source }: Named): { account: string } | { source: string } {
  return account === undefined ? { source: source ?? '' } : { account };
}

function choice<const T extends readonly string[]>(values: T) {
  return z.enum(values, { error: `one of ${values.join(', ')}` });
}

function wholeNumber(least: number) {
  const error = `a whole number from ${least}`;
  return z.int({ error }).min(least, { error });
}

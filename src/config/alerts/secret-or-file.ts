import type { ReadSecret } from '../../domain/alerts/delivery/receiver.ts';
import type { Secret } from '../../kit/secret.ts';
import { readSecretFile } from '../files.ts';
import type { Input, Place } from '../input.ts';
import { isWebUrl } from '../kinds/url.ts';
import type { Scope } from '../scope.ts';
import { reportUnusable } from '../scope.ts';

/** The result of reading a map with a secret: the secret itself, or its file in the key `<name>_file`. */
export interface SecretEntry<N extends string> {
  readonly key: string;
  readonly place: Place;
  readonly values: Readonly<Record<N, Secret | undefined>> &
    Readonly<Record<`${N}_file`, string | undefined>>;
  readonly written: Readonly<Record<N | `${N}_file`, Input | undefined>>;
}

/** The rules of a secret. */
export interface SecretRules {
  /** Whether it is required. */
  readonly isRequired: boolean;
  /** Returns why a secret is invalid, without the secret, as the end of "Cannot use …: it …"; undefined for a valid one. */
  readonly problemOf?: (text: string) => string | undefined;
}

/** The rules of a required secret that is an http or https URL. */
export const URL_RULES: SecretRules = {
  isRequired: true,
  problemOf: (text) => (isWebUrl(text.trim()) ? undefined : 'does not contain an http or https URL'),
};

/**
 * Reads and checks a secret that the key `name` has as text, or whose file the key `name_file` names. A missing or invalid secret,
 * and both keys at once, are reported to `scope`.
 * @param scope collects the problems of the configuration, and reads files
 * @returns a function that returns the secret and reads its file at each call; undefined without a usable key
 */
export async function readSecretOrFile<const N extends string>(
  entry: SecretEntry<N>,
  name: N,
  rules: SecretRules,
  scope: Scope,
): Promise<ReadSecret | undefined> {
  const { key, place } = entry;
  const { report, readFile } = scope;
  const { secret, path, written, writtenPath } = pick(entry, name);
  const allowed = `${name} or ${name}_file`;
  if (written && writtenPath) {
    const message = 'The secret is also in the configuration';
    report({ place: writtenPath.place, key: `${key}.${name}_file`, message, allowed });
    return undefined;
  }
  if (!written && !writtenPath && rules.isRequired) {
    report({ place, key: `${key}.${name}`, message: 'It is missing', allowed });
  }
  if (path !== undefined) {
    const read = () => readSecretFile(path, readFile);
    await reportUnusable(scope, `${key}.${name}_file`, writtenPath, async () => {
      check((await read()).reveal(), path, rules);
    });
    return read;
  }
  if (!secret) return undefined;
  await reportUnusable(scope, `${key}.${name}`, written, async () => check(secret.reveal(), 'it', rules));
  return async () => secret;
}

/** Returns the values of the two keys; a function of its own because of the types. */
function pick<N extends string>({ values, written }: SecretEntry<N>, name: N) {
  const secrets: Readonly<Record<N, Secret | undefined>> = values;
  const paths: Readonly<Record<`${N}_file`, string | undefined>> = values;
  const fileName = `${name}_file` as const;
  return {
    secret: secrets[name],
    path: paths[fileName],
    written: written[name],
    writtenPath: written[fileName],
  };
}

/** @throws Error that names the place, without the secret */
function check(text: string, place: string, { problemOf: fault }: SecretRules): void {
  const wrong = fault?.(text);
  if (wrong !== undefined) throw new Error(`Cannot use ${place}: it ${wrong}`);
}

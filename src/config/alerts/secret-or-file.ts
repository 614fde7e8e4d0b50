import type { ReadSecret } from '../../domain/alerts/delivery/receiver.ts';
import type { Secret } from '../../kit/secret.ts';
import { readSecretFile } from '../files.ts';
import type { Input, Place } from '../input.ts';
import { isWebUrl } from '../kinds/url.ts';
import type { Scope } from '../scope.ts';
import { reportUnusable } from '../scope.ts';

/** A map that holds a secret, written out or in the file that its twin `<name>_file` names, as it was read. */
export interface SecretEntry<N extends string> {
  readonly key: string;
  readonly place: Place;
  readonly values: Readonly<Record<N, Secret | undefined>> &
    Readonly<Record<`${N}_file`, string | undefined>>;
  readonly written: Readonly<Record<N | `${N}_file`, Input | undefined>>;
}

/** What a secret must look like beside not being empty. */
export interface SecretRules {
  /** Whether nothing works without it. */
  readonly isRequired: boolean;
  /** Says what is wrong with a secret, without it, as the end of "Cannot use …: it …"; undefined for a good one. */
  readonly problemOf?: (text: string) => string | undefined;
}

/** That a secret is a URL. */
export const URL_RULES: SecretRules = {
  isRequired: true,
  problemOf: (text) => (isWebUrl(text.trim()) ? undefined : 'does not hold an http or https URL'),
};

/**
 * Reads a secret and its twin: one of them at most, and a file that can be used. A file is read again at each use.
 * @returns undefined when neither is written
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
    const message = 'It is written out beside this one';
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

/** The types of a name that is a parameter are followed one map at a time. */
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

/** @throws Error that names the place, and holds nothing of the text */
function check(text: string, place: string, { problemOf: fault }: SecretRules): void {
  const wrong = fault?.(text);
  if (wrong !== undefined) throw new Error(`Cannot use ${place}: it ${wrong}`);
}

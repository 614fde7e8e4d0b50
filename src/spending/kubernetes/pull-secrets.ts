import type { Credential } from '../../domain/credential.ts';
import {
  type AuthEntry,
  loginOfEntry,
  parseDockerConfig,
  parseDockercfg,
  wholeDockerHubKeys,
} from '../../domain/docker-config.ts';
import type { Clock } from '../../kit/clock.ts';
import { ApiStatusError, type KubernetesApi } from '../../kit/kubernetes/api-client.ts';
import { type ApiObject, asObject, textOf } from '../../kit/kubernetes/list-watch.ts';

/** The dependencies of the reader of pull secrets. */
export interface PullSecretsPorts {
  /** Returns the configured credentials. */
  readonly credentials: () => readonly Pick<Credential, 'identity' | 'readLogin'>[];
  /** Called with the first error, and with undefined when all secrets can be read again. */
  readonly onState: (error: unknown) => void;
  readonly clock: Pick<Clock, 'now'>;
}

/** Finds the credential of pods by their pull secrets. Only user names are kept. */
export interface PullSecrets {
  /**
   * Reads secrets that are not known or were read a while ago, and the user names of the configured logins. Never rejects.
   * @param secrets as `pullSecretsOf()` returns them
   */
  read(api: KubernetesApi, secrets: Iterable<string>, signal: AbortSignal): Promise<void>;
  /** Returns the first configured credential with the user name of a secret; undefined if there is none. */
  credentialOf(secrets: readonly string[]): string | undefined;
}

/** User names are kept this long, in milliseconds: 10 minutes. */
const KEPT_MS = 600_000;
/** What could not be read is read again after this time, in milliseconds. */
const RETRY_MS = 60_000;
/** The most secrets whose user names are kept. Those that were read first are forgotten first. */
const MAX_SECRETS = 10_000;

interface Known {
  /** In lower case. Empty without a login at Docker Hub. */
  readonly users: readonly string[];
  readonly readAt: number;
  readonly error: unknown;
}

/** Creates a reader that has read nothing. */
export function createPullSecrets({ credentials, onState, clock }: PullSecretsPorts): PullSecrets {
  const known = new Map<string, Known>();
  let logins = { of: credentials(), byUser: new Map<string, string>(), until: 0 };
  let hasProblem = false;

  async function readLogins(): Promise<void> {
    const of = credentials();
    if (of === logins.of && clock.now() < logins.until) return;
    const byUser = new Map<string, string>();
    let keptMs = KEPT_MS;
    for (const { identity, readLogin } of of) {
      try {
        const login = await readLogin?.();
        const user = login?.kind === 'password' ? login.username.toLowerCase() : undefined;
        if (user !== undefined && !byUser.has(user)) byUser.set(user, identity.name);
      } catch {
        // The poll of the credential reports it.
        keptMs = RETRY_MS;
      }
    }
    logins = { of, byUser, until: clock.now() + keptMs };
  }

  function isFresh(secret: string): boolean {
    const found = known.get(secret);
    return found !== undefined && clock.now() < found.readAt + (found.error ? RETRY_MS : KEPT_MS);
  }

  function keep(secret: string, users: readonly string[], error?: unknown): void {
    known.delete(secret);
    known.set(secret, { users, readAt: clock.now(), error });
  }

  /** Forgets secrets in the order in which they were read. */
  function forgetOld(): void {
    for (const [secret, { readAt }] of known) {
      if (known.size <= MAX_SECRETS && clock.now() < readAt + KEPT_MS) return;
      known.delete(secret);
    }
  }

  function reportState(): void {
    const error = [...known.values()].find((one) => one.error)?.error;
    if (hasProblem === (error !== undefined)) return;
    hasProblem = error !== undefined;
    onState(error);
  }

  return {
    async read(api, secrets, signal) {
      await readLogins();
      if (logins.byUser.size > 0) {
        for (const secret of secrets) {
          if (signal.aborted) return;
          if (isFresh(secret)) continue;
          try {
            keep(secret, await readUsers(api, secret, signal));
          } catch (error) {
            if (signal.aborted) return;
            keep(secret, [], error);
            // Without a connection, each of the others would wait for the time limit.
            if (!(error instanceof ApiStatusError)) break;
          }
        }
      }
      forgetOld();
      reportState();
    },
    credentialOf(secrets) {
      const users = secrets.flatMap((secret) => known.get(secret)?.users ?? []);
      return users.map((user) => logins.byUser.get(user)).find((name) => name !== undefined);
    },
  };
}

/**
 * Returns the pull secrets of a pod as `namespace/name`; none if only its metadata is known. Those of its service account
 * are among them: the API server adds them when the pod is created
 * (https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#serviceaccount-admission-controller).
 */
export function pullSecretsOf(pod: ApiObject): readonly string[] {
  const { imagePullSecrets: secrets } = asObject(pod.spec);
  const names = (Array.isArray(secrets) ? secrets : []).map((secret) => textOf(asObject(secret).name));
  const namespace = textOf(asObject(pod.metadata).namespace);
  return names.filter((name) => name !== '').map((name) => `${namespace}/${name}`);
}

/** Returns the user names of a secret; none if it does not exist, which kubelets ignore too. */
async function readUsers(api: KubernetesApi, secret: string, signal: AbortSignal): Promise<string[]> {
  const [namespace, name] = secret.split('/').map(encodeURIComponent);
  try {
    const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
    return usersOf(asObject(await api.get(path, {}, 'application/json', signal)));
  } catch (error) {
    if (error instanceof ApiStatusError && error.status === 404) return [];
    throw error;
  }
}

/** The key of the data, and the form of its content, by the type of the secret. */
const FORMS = new Map([
  ['kubernetes.io/dockerconfigjson', { key: '.dockerconfigjson', parse: parseDockerConfig }],
  ['kubernetes.io/dockercfg', { key: '.dockercfg', parse: parseDockercfg }],
]);

function usersOf(secret: ApiObject): string[] {
  const form = FORMS.get(textOf(secret.type));
  if (!form) return [];
  const text = Buffer.from(textOf(asObject(secret.data)[form.key]), 'base64').toString('utf8');
  try {
    const { auths } = form.parse(text);
    return wholeDockerHubKeys(auths.keys()).flatMap((key) => userOf(auths.get(key)) ?? []);
  } catch {
    // Kubelets ignore a secret whose content is invalid, and so do pulls.
    return [];
  }
}

/** Returns the user name of a login in lower case. Kubelets ignore identity tokens. */
function userOf(entry: AuthEntry | undefined): string | undefined {
  try {
    const login = entry && loginOfEntry({ ...entry, identityToken: undefined });
    return login?.kind === 'password' ? login.username.toLowerCase() : undefined;
  } catch {
    return undefined;
  }
}

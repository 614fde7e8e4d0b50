import { MANIFEST_ACCEPT } from '../../domain/image-reference.ts';
import type { NewAccount } from '../accounts.ts';
import type { SimulatedHub } from '../simulated-hub.ts';
import type { Answer, HubRequest, Reply } from '../wire/messages.ts';
import type { Child, ManifestAnswer, Upstream } from './runtime.ts';

/** Address and login of a client. */
export interface Identity {
  /** Address of the client. */
  readonly source: string;
  /** Account to sign in with; undefined: anonymous. */
  readonly account: NewAccount | undefined;
}

/** Time after which a new token is requested, in milliseconds (4 minutes): a token is valid for five. */
const TOKEN_MS = 240_000;
const ORIGIN = 'http://127.0.0.1:5429';
/** Part of every text of a pull-limit 429 since 2020. */
const PULL_LIMIT = 'pull rate limit';

/**
 * Creates a client that sends requests to a simulated hub in this process. It requests tokens without a challenge, and
 * no blobs, which are free.
 * @param now returns the time of the hub, in milliseconds since the epoch
 */
export function createHubClient(hub: SimulatedHub, identity: Identity, now: () => number): Upstream {
  const { source, account } = identity;
  const tokens = new Map<string, { readonly token: string; readonly until: number }>();
  const login = account && `Basic ${Buffer.from(`${account.name}:${account.password}`).toString('base64')}`;
  const known: KnownChildren = new Map();
  let sequence = 0;

  function send(method: string, path: string, query: string, headers: Readonly<Record<string, string>>) {
    const request: HubRequest = {
      method,
      path,
      query,
      header: (name) => headers[name],
      address: source,
      connection: sequence,
      sequence: sequence++,
      origin: ORIGIN,
      closes: false,
      body: '',
    };
    return hub.handle(request);
  }

  /** Returns a cached or new token; undefined if the hub sends none. */
  function tokenFor(repository: string): string | undefined {
    const known = tokens.get(repository);
    if (known && now() < known.until) return known.token;
    const query = `service=registry.docker.io&scope=repository:${repository}:pull`;
    const answer = answerOf(send('GET', '/token', query, login ? { authorization: login } : {}).reply);
    const token = answer?.status === 200 ? readToken(String(answer.body)) : undefined;
    if (token !== undefined) tokens.set(repository, { token, until: now() + TOKEN_MS });
    return token;
  }

  return {
    manifest(method, repository, reference) {
      const token = tokenFor(repository);
      if (token === undefined) return { kind: 'failed', pulls: 0 };
      const headers = {
        authorization: `Bearer ${token}`,
        accept: MANIFEST_ACCEPT,
        'user-agent': 'headroom-scenario',
      };
      const { reply, pulls } = send(method, `/v2/${repository}/manifests/${reference}`, '', headers);
      const answer = answerOf(reply);
      if (answer?.status === 401) tokens.delete(repository);
      return toManifestAnswer(answer, method, pulls, known);
    },
  };
}

/** Parsed entries of indexes by digest: a cache, because parsing them dominates the time of a long scenario. */
type KnownChildren = Map<string, readonly Child[] | undefined>;

function toManifestAnswer(
  answer: Answer | undefined,
  method: string,
  pulls: number,
  known: KnownChildren,
): ManifestAnswer {
  const digest = answer?.status === 200 ? headerOf(answer, 'docker-content-digest') : undefined;
  if (answer && digest !== undefined) {
    const children = method === 'GET' ? childrenOf(answer, digest, known) : undefined;
    return { kind: 'found', digest, children, pulls };
  }
  const isRefused = answer?.status === 429 && String(answer.body).includes(PULL_LIMIT);
  return { kind: isRefused ? 'refused' : 'failed', pulls };
}

function childrenOf(answer: Answer, digest: string, known: KnownChildren): readonly Child[] | undefined {
  if (known.has(digest)) return known.get(digest);
  const { manifests } = JSON.parse(String(answer.body)) as { manifests?: readonly Child[] };
  known.set(digest, manifests);
  return manifests;
}

function answerOf(reply: Reply): Answer | undefined {
  if (reply.kind === 'answer') return reply;
  return reply.kind === 'drip' || reply.kind === 'raw' ? reply.answer : undefined;
}

function headerOf({ headers }: Answer, wanted: string): string | undefined {
  const at = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === wanted);
  return at < 0 ? undefined : headers[at + 1];
}

/** Returns the token of a response; undefined for anything but JSON, such as the HTML of a captive portal. */
function readToken(body: string): string | undefined {
  try {
    const { token, access_token } = JSON.parse(body) as { token?: string; access_token?: string };
    return token ?? access_token;
  } catch {
    return undefined;
  }
}

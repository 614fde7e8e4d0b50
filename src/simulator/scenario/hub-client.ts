import { MANIFEST_ACCEPT } from '../../domain/image-reference.ts';
import type { NewAccount } from '../accounts.ts';
import type { SimulatedHub } from '../simulated-hub.ts';
import type { Answer, HubRequest, Reply } from '../wire/messages.ts';
import type { Child, ManifestAnswer, Upstream } from './runtime.ts';

/** Whom a client asks as. */
export interface Identity {
  /** Its address. */
  readonly source: string;
  /** Whose login it uses; anonymous without. */
  readonly account: NewAccount | undefined;
}

/** A token is asked for anew after this, in milliseconds (4 minutes): it is good for five. */
const TOKEN_MS = 240_000;
const ORIGIN = 'http://127.0.0.1:5429';
/** In every pull-limit text since 2020, whose limit it may be. */
const PULL_LIMIT = 'pull rate limit';

/**
 * Asks a simulated hub in this process, request by request as a client would over the network. It fetches no blobs,
 * which cost nothing, and goes straight for its token.
 * @param now the hub's time, in milliseconds since the epoch
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

  /** The token, or undefined when there is none to be had. */
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

/** What index lists what, by digest: it never changes, and reading it is what a week of traffic would do most. */
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

/** A captive portal answers 200 with HTML. */
function readToken(body: string): string | undefined {
  try {
    const { token, access_token } = JSON.parse(body) as { token?: string; access_token?: string };
    return token ?? access_token;
  } catch {
    return undefined;
  }
}

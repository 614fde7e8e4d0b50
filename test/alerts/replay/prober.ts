import { MANIFEST_ACCEPT } from '../../../src/domain/image-reference.ts';
import { failed, type Reading, readAnswer } from '../../../src/domain/reading.ts';
import { readTokenReply } from '../../../src/hub/token-reply.ts';
import type { NewAccount } from '../../../src/simulator/accounts.ts';
import type { SimulatedHub } from '../../../src/simulator/simulated-hub.ts';
import type { Answer, Reply } from '../../../src/simulator/wire/messages.ts';

const REPOSITORY = 'ratelimitpreview/test';

/** Asks a simulated hub in this process as Headroom does, and reads its answers with Headroom's own readers. */
export function createProber(
  hub: SimulatedHub,
  source: string,
  account: NewAccount | undefined,
  now: () => number,
): () => Reading {
  const login = account && `Basic ${Buffer.from(`${account.name}:${account.password}`).toString('base64')}`;
  let sequence = 0;
  let token: { readonly text: string; readonly until: number } | undefined;

  function ask(method: string, path: string, query: string, headers: Record<string, string>): Reply {
    sequence += 1;
    return hub.handle({
      method,
      path,
      query,
      header: (name) => headers[name],
      address: source,
      connection: sequence,
      sequence,
      origin: 'http://127.0.0.1:5429',
      closes: false,
      body: '',
    }).reply;
  }

  function grant(): string | Reading {
    if (token && now() < token.until) return token.text;
    const query = `service=registry.docker.io&scope=repository:${REPOSITORY}:pull`;
    const answer = read(ask('GET', '/token', query, login ? { authorization: login } : {}));
    if ('kind' in answer) return answer;
    const granted = readTokenReply({ kind: 'answer', ...answer }, now(), undefined);
    if (granted.kind !== 'granted') return granted;
    token = { text: granted.token.reveal(), until: now() + (granted.lifetimeSeconds - 30) * 1_000 };
    return token.text;
  }

  return () => {
    const granted = grant();
    if (typeof granted !== 'string') return granted;
    const headers = { authorization: `Bearer ${granted}`, accept: MANIFEST_ACCEPT };
    const answer = read(ask('HEAD', `/v2/${REPOSITORY}/manifests/latest`, '', headers));
    if ('kind' in answer) return answer;
    if (answer.status === 401) token = undefined;
    return readAnswer(answer, now());
  };
}

interface ReadAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

function read(reply: Reply): ReadAnswer | Reading {
  if (reply.kind === 'hang') return failed('timeout', 'No answer within 10s');
  if (reply.kind === 'reset') return failed('reset', 'The connection was reset');
  const answer: Answer = reply.kind === 'answer' ? reply : reply.answer;
  return {
    status: answer.status,
    header: (wanted) => {
      const at = answer.headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === wanted);
      return at < 0 ? undefined : answer.headers[at + 1];
    },
    body: String(answer.body),
  };
}

import type { Post } from '../../src/notify/http-post.ts';
import type { Received, Reply } from './receiving-server.ts';

/** A stand-in that is posted to without a network. */
export interface PostedTo {
  readonly post: Post;
  readonly received: readonly Received[];
}

/** Posts to a stand-in in this process. */
export function postTo(answer: (received: Received) => Reply): PostedTo {
  const received: Received[] = [];
  const post: Post = async ({ url, method = 'POST', headers = {}, body }) => {
    const { host, pathname, search } = new URL(url.reveal());
    const revealed = Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' ? value : value.reveal(),
    ]);
    const one = { method, path: pathname + search, headers: Object.fromEntries(revealed), body };
    received.push(one);
    const reply = answer(one);
    const seconds = reply.headers?.['retry-after'];
    return {
      kind: 'answered',
      peer: host,
      status: reply.status,
      retryAfterMs: seconds === undefined ? undefined : Number(seconds) * 1_000,
      body: reply.body ?? '',
      quote: (text) => text,
    };
  };
  return { post, received };
}

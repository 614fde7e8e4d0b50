import type { Secret } from '../kit/secret.ts';

/** One request to the other side of a channel. */
export interface PostRequest {
  /** The whole URL: in a webhook's, the path is the password. */
  readonly url: Secret;
  readonly method?: 'POST' | 'PATCH' | 'PUT';
  /** Beside `content-type: application/json`, which a header of that name replaces. */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  readonly body: string;
  /** Secrets in the body: the answer is never quoted with one of them. */
  readonly secrets?: readonly Secret[];
}

/** What came of it. */
export type PostAnswer =
  | {
      readonly kind: 'answered';
      /** Who answered: the host, with the port where there is one. */
      readonly peer: string;
      readonly status: number;
      /** How long to wait, from `Retry-After`, in milliseconds. */
      readonly retryAfterMs: number | undefined;
      /** The first 16 KiB of the answer, to be understood and never to be shown. */
      readonly body: string;
      /** Makes a part of the answer fit to be shown: on one line, at most 200 characters, without secrets. */
      readonly quote: (text: string) => string;
    }
  /** Nobody answered, or nobody could be asked. `reason` is a clause that names the host, and holds no secret. */
  | { readonly kind: 'unanswered'; readonly reason: string };

/** Sends a request to the address in it, and waits for the answer. Never rejects. */
export type Post = (request: PostRequest, signal: AbortSignal) => Promise<PostAnswer>;

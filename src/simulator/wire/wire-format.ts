/** The headers of a response: their names, order and spelling. */
type Layout = readonly LayoutHeader[];

interface LayoutHeader {
  readonly name: string;
  readonly key: string;
}

/** Header values by lower-case name. A header without a value is not sent. */
export type HeaderValues = Partial<Record<string, string>>;

/** Returns a layout of headers in the order and spelling of a capture. */
export function layoutOf(...names: readonly string[]): Layout {
  return names.map((name) => ({ name, key: name.toLowerCase() }));
}

/** Returns the headers of a layout that have values: names and values, alternating, as for `ServerResponse.writeHead`. */
export function formatHeaders(layout: Layout, values: HeaderValues): string[] {
  const headers: string[] = [];
  for (const { name, key } of layout) {
    const value = values[key];
    if (value !== undefined) headers.push(name, value);
  }
  return headers;
}

/** Protocol, headers and texts of Docker Hub in some years. */
export interface WireFormat {
  /** True if HTTP/2 is offered to TLS clients. Plain HTTP is always HTTP/1.1. */
  readonly http2: boolean;
  readonly layouts: Readonly<Record<AnswerKind, Layout>>;
  /** Status of a HEAD when no pulls are left: 200 with `remaining: 0` (2020 to 2025), or 429 (2026). */
  readonly exhaustedHead: 200 | 429;
  /** Value of `docker-ratelimit-source` for an account: its UUID (2021 to 2025) or its name (2026). */
  readonly accountSource: 'uuid' | 'name';
  /** True if the token service reports its own request limit. */
  readonly tokenLimitHeaders: boolean;
  /** Form of the claim `jti`: 20 letters and digits (2020), or `dckr_jti_` and 28 characters. */
  readonly tokenId: 'short' | 'prefixed';
  /** Returns the text of a 429. `account` is a name, or undefined for an anonymous client. */
  readonly pullLimitMessage: (account: string | undefined, tokenId: string) => string;
}

/** The kinds of responses that have a layout. */
export type AnswerKind =
  | 'manifest'
  | 'unauthorized'
  | 'not-found'
  | 'pull-limit'
  | 'listing'
  | 'blob-redirect'
  | 'blob'
  | 'token'
  | 'token-refused';

/** The headers of an answer as they go over the wire: which, in which order, spelled how. */
type Layout = readonly LayoutHeader[];

interface LayoutHeader {
  readonly name: string;
  readonly key: string;
}

/** What headers say, by their lower-case names. A header without a value is left out. */
export type HeaderValues = Partial<Record<string, string>>;

/** Names headers in the order and spelling of a capture. */
export function layoutOf(...names: readonly string[]): Layout {
  return names.map((name) => ({ name, key: name.toLowerCase() }));
}

/** Lays values out: names and values in turn, as `ServerResponse.writeHead` takes them. */
export function formatHeaders(layout: Layout, values: HeaderValues): string[] {
  const headers: string[] = [];
  for (const { name, key } of layout) {
    const value = values[key];
    if (value !== undefined) headers.push(name, value);
  }
  return headers;
}

/** How Docker Hub spoke in some years: protocol, headers and texts. */
export interface WireFormat {
  /** Whether TLS clients are offered HTTP/2. Over plain HTTP everything is HTTP/1.1. */
  readonly http2: boolean;
  readonly layouts: Readonly<Record<AnswerKind, Layout>>;
  /** What a HEAD says when nothing is left: 200 with `remaining: 0` (2020 to 2025), or 429 (2026). */
  readonly exhaustedHead: 200 | 429;
  /** What `docker-ratelimit-source` calls an account: its UUID (2021 to 2025) or its name (2026). */
  readonly accountSource: 'uuid' | 'name';
  /** Whether the authentication host states its own limit. */
  readonly tokenLimitHeaders: boolean;
  /** Form of a token's `jti`: 20 letters and digits (2020), or `dckr_jti_` and 28 characters. */
  readonly tokenId: 'short' | 'prefixed';
  /** The text of a 429, for an account's name or for anonymous. */
  readonly pullLimitMessage: (account: string | undefined, tokenId: string) => string;
}

/** The kinds of answer that have a layout of their own. */
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

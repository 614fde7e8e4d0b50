/**
 * Describes one challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1):
 *
 *     WWW-Authenticate = challenge *( "," challenge )
 *     challenge        = scheme [ 1*SP ( token68 / parameter *( "," parameter ) ) ]
 *     parameter        = token "=" ( token / quoted-string )         white space is allowed around "="
 *
 * The comma separates both challenges and parameters: a word followed by "=" is a parameter, any other begins a challenge.
 */
interface Challenge {
  /** The scheme in lower case, since schemes are case-insensitive. */
  readonly scheme: string;
  /** Values by name in lower case. Of a repeated parameter the first value counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const TOKEN68 = '[0-9A-Za-z._~+/-]+=*';
const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"';
const ITEM = new RegExp(
  `[\\s,]*(?:(${TOKEN})[ \\t]*=[ \\t]*(?:${QUOTED}|(${TOKEN}))|(${TOKEN})(?=[ \\t,]|$)(?![ \\t]*=)(?:[ \\t]+${TOKEN68}(?=[ \\t]*(?:,|$)))?)`,
  'y',
);

/** Parses every challenge of a `WWW-Authenticate` header. Text after a malformed part is ignored. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const items = new RegExp(ITEM);
  for (let match = items.exec(header); match; match = items.exec(header)) {
    const [, name, quoted, plain, scheme] = match;
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    const parameters = challenges.at(-1)?.parameters;
    if (name === undefined || !parameters || parameters.has(name.toLowerCase())) continue;
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return challenges;
}

/** Contains the parameters of a token request, as the hub's challenge names them (https://distribution.github.io/distribution/spec/auth/token/). */
export interface BearerChallenge {
  /** The URL of the token service. */
  readonly realm: URL;
  readonly service: string | undefined;
  /** The requested access, such as `repository:library/nginx:pull`. */
  readonly scope: string | undefined;
  /** Why the hub rejected the token of the request: `invalid_token`, `insufficient_scope`. Undefined without an `error` parameter. */
  readonly error: string | undefined;
}

/**
 * Returns the first Bearer challenge of a `WWW-Authenticate` header whose realm is a URL.
 * @param header value of the header; undefined if the response has none
 * @returns undefined if there is no such challenge
 */
export function findBearerChallenge(header: string | undefined): BearerChallenge | undefined {
  for (const { scheme, parameters } of parseChallenges(header ?? '')) {
    const realm = parameters.get('realm');
    if (scheme !== 'bearer' || realm === undefined || !URL.canParse(realm)) continue;
    return {
      realm: new URL(realm),
      service: parameters.get('service'),
      scope: parameters.get('scope'),
      error: parameters.get('error'),
    };
  }
  return undefined;
}

/**
 * One challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1):
 *
 *     WWW-Authenticate = challenge *( "," challenge )
 *     challenge        = scheme [ 1*SP ( token68 / parameter *( "," parameter ) ) ]
 *     parameter        = token "=" ( token / quoted-string )         white space is allowed around "="
 *
 * The comma separates both challenges and parameters: a word followed by "=" is a parameter, any other begins a challenge.
 */
interface Challenge {
  /** Lower case: schemes are compared without regard to case. */
  readonly scheme: string;
  /** By lower-case name; of a repeated one the first counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const TOKEN68 = '[0-9A-Za-z._~+/-]+=*';
const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"';
const ITEM = new RegExp(
  `[\\s,]*(?:(${TOKEN})[ \\t]*=[ \\t]*(?:${QUOTED}|(${TOKEN}))|(${TOKEN})(?=[ \\t,]|$)(?![ \\t]*=)(?:[ \\t]+${TOKEN68}(?=[ \\t]*(?:,|$)))?)`,
  'y',
);

/** Reads every challenge of a `WWW-Authenticate` header; what follows a malformed part is left out. */
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

/** Where and for what the hub wants a token to be asked for (https://distribution.github.io/distribution/spec/auth/token/). */
export interface BearerChallenge {
  /** The token service. */
  readonly realm: URL;
  readonly service: string | undefined;
  /** Such as `repository:library/nginx:pull`. */
  readonly scope: string | undefined;
  /** Why a token that was sent is not enough: `invalid_token`, `insufficient_scope`. */
  readonly error: string | undefined;
}

/**
 * Finds the first usable Bearer challenge of a `WWW-Authenticate` header.
 * @returns undefined when there is none, or its realm is not a URL
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

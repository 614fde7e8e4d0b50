/**
 * One challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1):
 *
 *     WWW-Authenticate = challenge *( "," challenge )
 *     challenge        = scheme [ 1*SP ( token68 / parameter *( "," parameter ) ) ]
 *     parameter        = token "=" ( token / quoted-string )         white space is allowed around "="
 *
 * The comma separates both challenges and parameters: a word followed by "=" is a parameter, any other begins a challenge.
 */
export interface Challenge {
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

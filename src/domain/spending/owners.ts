import type { OwnerRule } from './spending-config.ts';

/** What is known of who spent pulls. Fields that are unknown are absent or empty. */
export interface Spender {
  readonly cluster?: string;
  readonly namespace?: string;
  /** The labels of the pod. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A Docker Hub user name. */
  readonly user?: string;
  /** The name of a Docker Hub access token. */
  readonly token?: string;
  /** An IP address, or a network in CIDR notation if the rest of the address is masked. */
  readonly address?: string;
  /** A repository on Docker Hub: `library/nginx`. */
  readonly repository?: string;
}

/** Returns the team of a spender. Without a matching rule the namespace or the user stands for itself. */
export type TeamOf = (spender: Spender) => string;

/** Compiles networks, once for each rule. */
export type CompileNetworks = (networks: readonly string[]) => (address: string) => boolean;

/** The name of a spender of whom neither namespace nor user is known. */
export const NO_TEAM = 'unknown';

/**
 * Creates the mapping of spenders to teams. The first matching rule applies.
 *
 * A rule matches if one of its values does: a namespace, all its labels, a user, a token, an address or a repository.
 * `clusters` limits namespaces and labels to these clusters; a rule with nothing else matches everything in them.
 */
export function createOwners(rules: readonly OwnerRule[], compileNetworks: CompileNetworks): TeamOf {
  const compiled = rules.map((rule) => ({ team: rule.team, matches: compileRule(rule, compileNetworks) }));
  return (spender) =>
    compiled.find(({ matches }) => matches(spender))?.team ?? (spender.namespace || spender.user || NO_TEAM);
}

function compileRule(rule: OwnerRule, compileNetworks: CompileNetworks): (spender: Spender) => boolean {
  const isInNetwork = compileNetworks(rule.addresses);
  const labels = Object.entries(rule.labels);
  const isClusterAlone =
    rule.clusters.length > 0 &&
    labels.length === 0 &&
    [rule.namespaces, rule.users, rule.accessTokens, rule.addresses, rule.repositories].every(
      (patterns) => patterns.length === 0,
    );
  return ({ cluster = '', namespace = '', labels: own = {}, user, token, address, repository }) => {
    if (rule.clusters.length === 0 || matchesAny(rule.clusters, cluster)) {
      if (isClusterAlone || matchesAny(rule.namespaces, namespace)) return true;
      const isLabelled = ([name, pattern]: [string, string]) => matchesPattern(pattern, own[name] ?? '');
      if (labels.length > 0 && labels.every(isLabelled)) return true;
    }
    return (
      matchesAny(rule.users, user) ||
      matchesAny(rule.accessTokens, token) ||
      (address !== undefined && address !== '' && isInNetwork(address)) ||
      matchesRepository(rule.repositories, repository)
    );
  };
}

function matchesAny(patterns: readonly string[], value: string | undefined): boolean {
  return value !== undefined && value !== '' && patterns.some((pattern) => matchesPattern(pattern, value));
}

/** Official images are known by two names, `library/nginx` and `nginx`. */
const OFFICIAL = 'library/';

function matchesRepository(patterns: readonly string[], repository: string | undefined): boolean {
  if (repository === undefined || patterns.length === 0) return false;
  const short = repository.startsWith(OFFICIAL) ? repository.slice(OFFICIAL.length) : undefined;
  return matchesAny(patterns, repository) || matchesAny(patterns, short);
}

/**
 * Reports whether a text matches a pattern in which `*` stands for any characters, none included. Every other character
 * stands for itself. The time is at most proportional to the product of the lengths.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let [at, inText] = [0, 0];
  let star = -1;
  let resumeAt = 0;
  while (inText < text.length) {
    if (pattern[at] === '*') {
      star = at;
      resumeAt = inText;
      at += 1;
    } else if (at < pattern.length && pattern[at] === text[inText]) {
      at += 1;
      inText += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1;
      resumeAt += 1;
      inText = resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/**
 * Splits a number of pulls evenly into whole numbers that add up to it (largest remainder method). The first shares get
 * the rest.
 * @param count at least 1
 */
export function splitEvenly(pulls: number, count: number): number[] {
  const share = Math.floor(pulls / count);
  const rest = pulls - share * count;
  return Array.from({ length: count }, (_, i) => share + (i < rest ? 1 : 0));
}

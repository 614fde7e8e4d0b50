import { cutText } from '../kit/foreign-text.ts';
/**
 * An image reference, as `docker pull` parses it (distribution/reference, `normalize.go`, 2026-04-18):
 *
 *     reference  = name [ ":" tag ] [ "@" digest ]
 *     name       = [ domain "/" ] component *( "/" component )
 *     domain     = host [ ":" port ]
 *     component  = alphanumeric *( separator alphanumeric )      separator: "." "_" "__" or dashes
 *     tag        = word character, then up to 127 of word characters, "." and "-"
 *     digest     = "sha256:" 64, "sha384:" 96 or "sha512:" 128 lower-case hexadecimal digits
 *
 * The text before the first "/" is a domain if it contains a "." or ":" or an upper-case letter, or is `localhost`;
 * otherwise the domain is `docker.io`, where a single component is put under `library/`. A domain that is not a host, but a
 * component, is allowed too: `my_registry.example.com`.
 */
export interface ImageReference {
  /** Host, with its port if it has one: `docker.io` for Docker Hub. */
  readonly domain: string;
  /** Repository at that host: `library/nginx`. */
  readonly path: string;
  /** `latest` when neither tag nor digest was given. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const HOST = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${HOST}(?:\\.${HOST})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const TAG = '[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(
  `^(?:(${DOMAIN})/)?(${COMPONENT}(?:/${COMPONENT})*)(?::(${TAG}))?(?:@(${DIGEST}))?$`,
);
const BARE_IDENTIFIER = /^[a-f0-9]{64}$/;
/** Longest path, in characters. The domain counts only if it is not a host. */
const MAX_PATH_LENGTH = 255;
/** Hexadecimal digits of the digests that Docker knows. */
const DIGEST_LENGTH: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

/**
 * Parses a reference and adds the default domain, path and tag.
 * @throws SyntaxError when it is not a reference
 */
export function parseImageReference(text: string): ImageReference {
  if (BARE_IDENTIFIER.test(text)) {
    throw new SyntaxError(`A bare image identifier is not a reference: ${text}`);
  }
  const { domain, remainder } = splitDomain(text);
  const nameEnd = /[:@]/.exec(remainder)?.index ?? remainder.length;
  const name = remainder.slice(0, nameEnd);
  if (name !== name.toLowerCase()) throw new SyntaxError(`Repository name must be lower case: ${name}`);
  const match = REFERENCE.exec(`${domain}/${remainder}`);
  const counted = match?.[2];
  if (!match || counted === undefined) throw new SyntaxError(`Not an image reference: ${text}`);
  if (counted.length > MAX_PATH_LENGTH) {
    throw new SyntaxError(`Image name is longer than ${MAX_PATH_LENGTH} characters: ${cutText(text, 65)}`);
  }
  const path = match[1] === undefined ? counted.slice(domain.length + 1) : counted;
  const digest = match[4];
  if (digest !== undefined) checkDigest(digest);
  return { domain, path, tag: match[3] ?? (digest === undefined ? 'latest' : undefined), digest };
}

/** Reports whether `parseImageReference()` can parse a text. */
export function isImageReference(text: string): boolean {
  try {
    parseImageReference(text);
    return true;
  } catch {
    return false;
  }
}

/** Formats a reference in full: `docker.io/library/nginx:latest`. */
export function formatImageReference({ domain, path, tag, digest }: ImageReference): string {
  return `${domain}/${path}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** Returns the last path segment of a manifest request: the digest if there is one, otherwise the tag. */
export function manifestReference({ tag, digest }: ImageReference): string {
  return digest ?? tag ?? 'latest';
}

function splitDomain(text: string): { domain: string; remainder: string } {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(slash, 0));
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  const domain = !isDomain || first === 'index.docker.io' ? 'docker.io' : first;
  const remainder = isDomain ? text.slice(slash + 1) : text;
  const needsLibrary = domain === 'docker.io' && !remainder.includes('/');
  return { domain, remainder: needsLibrary ? `library/${remainder}` : remainder };
}

function checkDigest(digest: string): void {
  const [algorithm = '', hex = ''] = digest.split(':');
  const length = DIGEST_LENGTH.get(algorithm);
  if (length === undefined) {
    throw new SyntaxError(`A digest is sha256, sha384 or sha512: ${algorithm}`);
  }
  if (hex.length !== length || hex !== hex.toLowerCase()) {
    throw new SyntaxError(`A ${algorithm} digest has ${length} lower-case hexadecimal digits: ${digest}`);
  }
}

/** The name of Docker Hub in a reference. The names below are its hosts. */
const CANONICAL = 'docker.io';
/**
 * Hosts whose manifests Docker Hub meters as its own. Docker's library folds only `index.docker.io` into `docker.io`;
 * the others occur in manifests too. `hub.docker.com` is the website, not a registry.
 */
const MACHINES: ReadonlySet<string> = new Set([
  'index.docker.io',
  'registry-1.docker.io',
  'registry.docker.io',
  'registry.hub.docker.com',
]);

/** Reports whether an image is pulled from Docker Hub, under any of its names. */
export function isOnDockerHub({ domain }: ImageReference): boolean {
  // Host names are case-insensitive; `docker.io` is an alias that Docker matches exactly.
  return domain === CANONICAL || MACHINES.has(domain.toLowerCase().replace(/:443$/, ''));
}

/**
 * The `Accept` header for any manifest: both kinds of index and of manifest. Without it Docker Hub answers in formats of
 * 2015.
 */
export const MANIFEST_ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

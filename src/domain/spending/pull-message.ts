import type { Refusal } from './pull-attempt.ts';

/** The meaning of an event of a kubelet about an image. */
export type PullMessage =
  /** A pull starts. */
  | { readonly kind: 'pulling'; readonly image: string }
  | PulledMessage
  /** The node has the image, and sends no request. */
  | { readonly kind: 'present'; readonly image: string }
  | FailedMessage
  /** The kubelet waits before the next attempt. */
  | { readonly kind: 'back-off'; readonly image: string };

/** A pull ended, and the node has the image. */
export interface PulledMessage {
  readonly kind: 'pulled';
  readonly image: string;
  /** Whether it waited for another pull on the node. */
  readonly hasWaited: boolean;
  /** The size of the image in bytes; undefined if the message does not say it. */
  readonly imageBytes: number | undefined;
}

/** A pull failed. */
export interface FailedMessage {
  readonly kind: 'failed';
  readonly image: string;
  /** The kind of status 429 that the registry sent, if it is Docker Hub; undefined for another error. */
  readonly refusal: Exclude<Refusal, 'other_registry'> | undefined;
  /** Whether it certainly failed before a GET of a manifest, which Docker Hub counts. */
  readonly isFree: boolean;
}

/** The prefix of an event that stands for several with different messages. */
const COMBINED = /^\(combined from similar events\): /;
/** The prefix of old kubelets, which name the container in the message: `spec.containers{app}: `. */
const CONTAINER = /^spec\.\w+\{[^}]*\}: /;
const PULLED =
  /^Successfully pulled image "([^"]+)"(?: in ([\d.hmsµu]+))?(?: \(([\d.hmsµu]+) including waiting\))?(?:\. Image size: (\d+) bytes)?/;

/**
 * Parses the message of an event with the reason Pulling, Pulled, Failed or BackOff. Texts differ by version: kubelet 1.36
 * was recorded, older ones are read from its source.
 * @returns undefined for an event that is not about a pull
 */
export function parsePullMessage(reason: string, text: string): PullMessage | undefined {
  const message = text.replace(COMBINED, '').replace(CONTAINER, '');
  switch (reason) {
    case 'Pulling':
      return withImage('pulling', /^[Pp]ulling image "([^"]+)"/.exec(message));
    case 'Pulled':
      return parsePulled(message);
    case 'Failed':
      return parseFailed(message);
    case 'BackOff':
      return withImage('back-off', /^Back-off pulling image "([^"]+)"/.exec(message));
    default:
      return undefined;
  }
}

function withImage<Kind extends string>(kind: Kind, match: RegExpExecArray | null) {
  return match?.[1] === undefined ? undefined : { kind, image: match[1] };
}

function parsePulled(message: string): PullMessage | undefined {
  const present = /^Container image "([^"]+)" already present on machine/.exec(message);
  if (present) return withImage('present', present);
  const match = PULLED.exec(message);
  const [, image, own, total, bytes] = match ?? [];
  if (image === undefined) return undefined;
  return {
    kind: 'pulled',
    image,
    hasWaited: (goDurationMs(total) ?? 0) - (goDurationMs(own) ?? 0) > SCHEDULING_MS,
    imageBytes: bytes === undefined ? undefined : Number(bytes),
  };
}

/** A shorter wait is no wait for another pull, in milliseconds. */
const SCHEDULING_MS = 5;
const UNITS_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  µs: 0.001,
  us: 0.001,
};

/** Parses a duration of Go such as `1m2.5s`. */
function goDurationMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return [...text.matchAll(/([\d.]+)(h|ms|m|µs|us|s)/g)].reduce(
    (sum, [, number, unit = '']) => sum + Number(number) * (UNITS_MS[unit] ?? 0),
    0,
  );
}

function parseFailed(message: string): FailedMessage | undefined {
  const match = /^Failed to pull image "([^"]+)": ([\s\S]*)$/.exec(message);
  const [, image, error = ''] = match ?? [];
  if (image === undefined) return undefined;
  return { kind: 'failed', image, refusal: refusalOf(error), isFree: isBeforeManifest(error) };
}

/** Docker Hub's texts for status 429, the most specific first. Events are cut after 1,024 characters. */
const REFUSALS: readonly (readonly [RegExp, Exclude<Refusal, 'other_registry'>])[] = [
  [
    /you have reached your (?:unauthenticated )?pull rate limit|docker\.com\/increase-rate-limits?\b/i,
    'pull_limit',
  ],
  [/too many failed login attempts/i, 'login'],
  [/failed to (?:authorize|fetch (?:oauth|anonymous) token)[\s\S]*\b429\b/i, 'abuse'],
  [/HAP429|docker-hub\/download-rate-limit|toomanyrequests:\s*Too Many Requests/i, 'abuse'],
  // The answer to a HEAD has no text. Docker Hub answers so when the bucket is used up.
  [/\b429\b[:\s]*Too Many Requests|too many requests to registry|toomanyrequests/i, 'pull_limit'],
];

function refusalOf(error: string): FailedMessage['refusal'] {
  return REFUSALS.find(([pattern]) => pattern.test(error))?.[1];
}

/**
 * Errors before the first GET of a manifest: containerd resolves a reference by HEAD. `manifests/sha256` and the copy of
 * content come after it.
 */
function isBeforeManifest(error: string): boolean {
  if (/manifests?[ /]sha256:|failed to copy|no match for platform|no image found|layer|blob/i.test(error))
    return false;
  return /failed to resolve reference|failed to authorize|couldn't parse image|invalid reference|reading manifest [^\s]+ in [^\s]+: toomanyrequests|\b429\b|toomanyrequests|rate limit|not found|denied|dial tcp|no such host|connection refused/i.test(
    error,
  );
}

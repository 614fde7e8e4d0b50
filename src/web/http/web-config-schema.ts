import * as z from 'zod';
import { CIPHER_SUITE_NAMES, CLIENT_AUTH_TYPES, CURVE_NAMES, TLS_VERSION_NAMES } from './tls-options.ts';

/** Text with characters that are allowed in a header: Node rejects others when the response is written. */
const HEADER_TEXT = z.string().refine((text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text), {
  message: 'Holds a character that no header can carry, such as a line break',
});

/** Headers that a file may set, with the allowed values, as in exporter-toolkit. */
const HEADERS = z.strictObject({
  'Content-Security-Policy': HEADER_TEXT.optional(),
  'X-Frame-Options': z.literal(['deny', 'sameorigin', '']).optional(),
  'X-Content-Type-Options': z.literal(['nosniff', '']).optional(),
  'X-XSS-Protection': HEADER_TEXT.optional(),
  'Strict-Transport-Security': HEADER_TEXT.optional(),
});

const HTTP_SERVER_CONFIG = z.strictObject({
  http2: z.boolean().optional(),
  headers: HEADERS.nullish(),
});

/** Pairs of keys for PEM text and a PEM file. Both are never allowed together; certificate and key are required. */
const PEM_PAIRS = [
  { inline: 'cert', file: 'cert_file', isNeeded: true },
  { inline: 'key', file: 'key_file', isNeeded: true },
  { inline: 'client_ca', file: 'client_ca_file', isNeeded: false },
] as const;

const PEM = z.string().min(1).optional();

const TLS_SERVER_CONFIG = z
  .strictObject({
    cert: PEM,
    key: PEM,
    client_ca: PEM,
    cert_file: PEM,
    key_file: PEM,
    client_ca_file: PEM,
    // The second name is the older one of RequireAnyClientCert, which exporter-toolkit accepts too.
    client_auth_type: z.literal([...CLIENT_AUTH_TYPES, 'RequireClientCert']).default('NoClientCert'),
    client_allowed_sans: z.array(z.string().min(1)).min(1).optional(),
    min_version: z.literal(TLS_VERSION_NAMES).default('TLS12'),
    max_version: z.literal(TLS_VERSION_NAMES).default('TLS13'),
    cipher_suites: z.array(z.literal(CIPHER_SUITE_NAMES)).optional(),
    prefer_server_cipher_suites: z.boolean().default(true),
    curve_preferences: z.array(z.literal(CURVE_NAMES)).optional(),
  })
  .superRefine((tls, context) => {
    for (const { inline, file, isNeeded } of PEM_PAIRS) {
      if (tls[inline] !== undefined && tls[file] !== undefined)
        addProblem(context, inline, `Stands beside ${file}`);
      if (isNeeded && (tls[inline] ?? tls[file]) === undefined) addProblem(context, file, 'Is missing');
    }
    const { client_auth_type: type } = tls;
    const hasCa = (tls.client_ca ?? tls.client_ca_file) !== undefined;
    if (type.includes('Verify') && !hasCa)
      addProblem(context, 'client_auth_type', `${type} needs client_ca_file`);
    if (type === 'NoClientCert' && hasCa) {
      const key = tls.client_ca === undefined ? 'client_ca_file' : 'client_ca';
      addProblem(context, key, 'Has no effect without client_auth_type');
    }
    if (tls.client_allowed_sans !== undefined && !type.startsWith('Require')) {
      addProblem(context, 'client_allowed_sans', 'Needs RequireAnyClientCert or RequireAndVerifyClientCert');
    }
    if (TLS_VERSION_NAMES.indexOf(tls.min_version) > TLS_VERSION_NAMES.indexOf(tls.max_version)) {
      addProblem(context, 'min_version', `Is newer than max_version: ${tls.min_version}, ${tls.max_version}`);
    }
  });

/** Matches a user name, which contains neither a colon nor control characters (RFC 7617, section 2). */
const USER_NAME = /^[^:\p{Cc}]+$/u;
const BCRYPT_HASH = /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

// Zod omits `__proto__` from a record: a file with only this user would switch on no protection.
const BASIC_AUTH_USERS = z.preprocess(
  (users, context) => {
    if (users !== null && typeof users === 'object' && Object.hasOwn(users, '__proto__')) {
      addProblem(context, '__proto__', 'Not usable as a user name');
    }
    return users;
  },
  z.record(z.string(), z.string()).superRefine((users, context) => {
    for (const [name, hash] of Object.entries(users)) {
      if (!USER_NAME.test(name)) addProblem(context, name, 'A user name holds no colon and is not empty');
      if (!BCRYPT_HASH.test(hash)) {
        addProblem(context, name, 'Not a bcrypt hash; make one with: htpasswd -nBC 10 ""');
      }
    }
  }),
);

/** Matches a duration as Go writes it: `1s`, `1.5s`, `1m30s`, `200ms`; 0 switches the limit off. */
const GO_DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;
const MAX_BURST = 1_000_000;

const RATE_LIMIT = z
  .strictObject({ interval: z.unknown(), burst: z.unknown().optional() })
  .superRefine(({ interval, burst }, context) => {
    if (String(interval) === '0') return;
    if (!GO_DURATION.test(String(interval)))
      addProblem(context, 'interval', 'Must be a duration, such as 200ms; 0 is off');
    // Go reads a missing burst as 0, which rejects every request.
    const isBurst = Number.isInteger(burst) && Number(burst) >= 1 && Number(burst) <= MAX_BURST;
    if (!isBurst) addProblem(context, 'burst', `Must be a whole number from 1 to ${MAX_BURST}`);
  });

/** The whole file. */
export const WEB_CONFIG_SCHEMA = z.strictObject({
  tls_server_config: TLS_SERVER_CONFIG.nullish(),
  http_server_config: HTTP_SERVER_CONFIG.nullish(),
  basic_auth_users: BASIC_AUTH_USERS.nullish(),
  rate_limit: RATE_LIMIT.nullish(),
});

/** The allowed keys by the path of their section. A path that is not listed allows every key. */
export const ALLOWED_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(WEB_CONFIG_SCHEMA.shape),
  tls_server_config: Object.keys(TLS_SERVER_CONFIG.shape),
  http_server_config: Object.keys(HTTP_SERVER_CONFIG.shape),
  'http_server_config.headers': Object.keys(HEADERS.shape),
  rate_limit: Object.keys(RATE_LIMIT.shape),
};

type Context = Pick<z.RefinementCtx, 'addIssue'>;

function addProblem(context: Context, key: string, message: string): void {
  context.addIssue({ code: 'custom', path: [key], message });
}

import { z } from 'zod';
import { CIPHER_SUITE_NAMES, CLIENT_AUTH_TYPES, TLS_VERSION_NAMES } from './tls-options.ts';

/** Headers that a file may set: those of exporter-toolkit, and the values it takes. */
const HEADERS = z.strictObject({
  'Content-Security-Policy': z.string().optional(),
  'X-Frame-Options': z.literal(['deny', 'sameorigin', '']).optional(),
  'X-Content-Type-Options': z.literal(['nosniff', '']).optional(),
  'X-XSS-Protection': z.string().optional(),
  'Strict-Transport-Security': z.string().optional(),
});

const HTTP_SERVER_CONFIG = z.strictObject({
  // Taken so that a file can be shared with other exporters; Headroom speaks HTTP/1.1 whatever it says.
  http2: z.boolean().optional(),
  headers: HEADERS.nullish(),
});

const TLS_SERVER_CONFIG = z
  .strictObject({
    cert_file: z.string().min(1),
    key_file: z.string().min(1),
    client_ca_file: z.string().min(1).optional(),
    client_auth_type: z.literal(CLIENT_AUTH_TYPES).default('NoClientCert'),
    min_version: z.literal(TLS_VERSION_NAMES).default('TLS12'),
    max_version: z.literal(TLS_VERSION_NAMES).default('TLS13'),
    cipher_suites: z.array(z.literal(CIPHER_SUITE_NAMES)).optional(),
    prefer_server_cipher_suites: z.boolean().default(true),
  })
  .superRefine((tls, context) => {
    const verifies = /Verify/.test(tls.client_auth_type);
    if (verifies && tls.client_ca_file === undefined) {
      complain(context, 'client_auth_type', `${tls.client_auth_type} needs client_ca_file`);
    }
    if (tls.client_auth_type === 'NoClientCert' && tls.client_ca_file !== undefined) {
      complain(context, 'client_ca_file', 'Has no effect without client_auth_type');
    }
    if (TLS_VERSION_NAMES.indexOf(tls.min_version) > TLS_VERSION_NAMES.indexOf(tls.max_version)) {
      complain(context, 'min_version', `Is newer than max_version: ${tls.min_version}, ${tls.max_version}`);
    }
  });

/** RFC 7617, section 2: a user name holds neither colon nor control characters. */
const USER_NAME = /^[^:\p{Cc}]+$/u;
const BCRYPT_HASH = /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

const BASIC_AUTH_USERS = z.record(z.string(), z.string()).superRefine((users, context) => {
  for (const [name, hash] of Object.entries(users)) {
    if (!USER_NAME.test(name)) complain(context, name, 'A user name holds no colon and is not empty');
    if (!BCRYPT_HASH.test(hash)) {
      complain(context, name, 'Not a bcrypt hash; make one with: htpasswd -nBC 10 ""');
    }
  }
});

/** The whole file. */
export const WEB_CONFIG_SCHEMA = z.strictObject({
  tls_server_config: TLS_SERVER_CONFIG.nullish(),
  http_server_config: HTTP_SERVER_CONFIG.nullish(),
  basic_auth_users: BASIC_AUTH_USERS.nullish(),
});

/** The keys that may stand at a place, by the place's path; a path that is not here takes any. */
export const ALLOWED_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(WEB_CONFIG_SCHEMA.shape),
  tls_server_config: Object.keys(TLS_SERVER_CONFIG.shape),
  http_server_config: Object.keys(HTTP_SERVER_CONFIG.shape),
  'http_server_config.headers': Object.keys(HEADERS.shape),
};

type Context = Pick<z.RefinementCtx, 'addIssue'>;

function complain(context: Context, key: string, message: string): void {
  context.addIssue({ code: 'custom', path: [key], message });
}

import type * as z from 'zod';
import type { PemSource, RateLimit, TlsConfig, WebConfig } from './web-config.ts';
import { readYaml, toProblems, type WebConfigProblem } from './web-config-problems.ts';
import { WEB_CONFIG_SCHEMA } from './web-config-schema.ts';

type File = z.infer<typeof WEB_CONFIG_SCHEMA>;

/** Parses the text of a web configuration file. */
export function parseWebConfig(text: string): { config: WebConfig } | { problems: WebConfigProblem[] } {
  const yaml = readYaml(text);
  if ('problems' in yaml) return yaml;
  const parsed = WEB_CONFIG_SCHEMA.safeParse(yaml.value ?? {});
  if (parsed.success) return { config: toWebConfig(parsed.data) };
  return { problems: parsed.error.issues.flatMap((issue) => toProblems(issue, yaml)) };
}

function toWebConfig(file: File): WebConfig {
  const headers = Object.entries(file.http_server_config?.headers ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    tls: file.tls_server_config ? toTlsConfig(file.tls_server_config) : undefined,
    headers: Object.fromEntries(headers),
    users: new Map(Object.entries(file.basic_auth_users ?? {})),
    rateLimit: toRateLimit(file.rate_limit),
    warnings: file.http_server_config?.http2 ? ['http2 is not supported; HTTP/1.1 is served'] : [],
  };
}

function toTlsConfig(tls: NonNullable<File['tls_server_config']>): TlsConfig {
  const { client_auth_type: type, cipher_suites: ciphers, curve_preferences: curves } = tls;
  return {
    cert: toPemSource(tls.cert, tls.cert_file) ?? { text: '' },
    key: toPemSource(tls.key, tls.key_file) ?? { text: '' },
    clientCa: toPemSource(tls.client_ca, tls.client_ca_file),
    clientAuthType: type === 'RequireClientCert' ? 'RequireAnyClientCert' : type,
    clientAllowedSans: tls.client_allowed_sans,
    minVersion: tls.min_version,
    maxVersion: tls.max_version,
    // As in Go, an empty list is the default.
    cipherSuites: ciphers?.length ? ciphers : undefined,
    prefersServerCiphers: tls.prefer_server_cipher_suites,
    curves: curves?.length ? curves : undefined,
  };
}

function toPemSource(text: string | undefined, file: string | undefined): PemSource | undefined {
  if (text !== undefined) return { text };
  return file === undefined ? undefined : { file };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Converts the rate limit to numbers. The schema has checked the texts. */
function toRateLimit(limit: File['rate_limit']): RateLimit | undefined {
  if (!limit) return undefined;
  const parts = String(limit.interval).matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g);
  const intervalMs = [...parts].reduce((sum, [, n, unit = '']) => sum + Number(n) * (UNIT_MS[unit] ?? 0), 0);
  return intervalMs > 0 ? { intervalMs, burst: Number(limit.burst) } : undefined;
}

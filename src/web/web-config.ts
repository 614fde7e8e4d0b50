import type { z } from 'zod';
import type { CipherSuite, ClientAuthType, TlsVersion } from './tls-options.ts';
import { readYaml, toProblems, type WebConfigProblem } from './web-config-problem.ts';
import { WEB_CONFIG_SCHEMA } from './web-config-schema.ts';

/**
 * A web configuration file, in the format of Prometheus' exporter-toolkit
 * (https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md).
 */
export interface WebConfig {
  readonly tls: TlsConfig | undefined;
  /** Response headers to set; an empty value leaves the header out. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bcrypt hashes by user name; empty lets everybody in. */
  readonly users: ReadonlyMap<string, string>;
}

/** TLS settings, with the names of their files as written. */
export interface TlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string | undefined;
  readonly clientAuthType: ClientAuthType;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  readonly cipherSuites: readonly CipherSuite[] | undefined;
  readonly prefersServerCiphers: boolean;
}

/** Reads the text of a web configuration file. */
export function parseWebConfig(text: string): { config: WebConfig } | { problems: WebConfigProblem[] } {
  const yaml = readYaml(text);
  if ('problems' in yaml) return yaml;
  const parsed = WEB_CONFIG_SCHEMA.safeParse(yaml.value ?? {});
  if (parsed.success) return { config: toWebConfig(parsed.data) };
  return { problems: parsed.error.issues.flatMap((issue) => toProblems(issue, yaml)) };
}

function toWebConfig(file: z.infer<typeof WEB_CONFIG_SCHEMA>): WebConfig {
  const tls = file.tls_server_config;
  const headers = Object.entries(file.http_server_config?.headers ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    tls: tls
      ? {
          certFile: tls.cert_file,
          keyFile: tls.key_file,
          clientCaFile: tls.client_ca_file,
          clientAuthType: tls.client_auth_type,
          minVersion: tls.min_version,
          maxVersion: tls.max_version,
          cipherSuites: tls.cipher_suites,
          prefersServerCiphers: tls.prefer_server_cipher_suites,
        }
      : undefined,
    headers: Object.fromEntries(headers),
    users: new Map(Object.entries(file.basic_auth_users ?? {})),
  };
}

import type { Secret } from './secret.ts';

/** Where and how metrics are pushed by OTLP (https://opentelemetry.io/docs/specs/otlp/). */
export interface OtlpTarget {
  /** The URL of the receiver, with `/v1/metrics`. */
  readonly url: URL;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly headers: Readonly<Record<string, Secret>>;
  /** Whether bodies are compressed by gzip. */
  readonly isCompressed: boolean;
  /** The timeout of a push, in milliseconds. */
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** Describes this Headroom: `service.name` and others. */
  readonly attributes: Readonly<Record<string, string>>;
}

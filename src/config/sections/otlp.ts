import { hostname } from 'node:os';
import { Secret } from '../../kit/secret.ts';
import type { OtlpConfig } from '../config.ts';
import { checkCertificates } from '../files.ts';
import { environmentInput, type ScalarInput } from '../input.ts';
import { oneOf } from '../kinds/choice.ts';
import { filePath } from '../kinds/file-path.ts';
import { type Kind, scalarKind } from '../kinds/kind.ts';
import { webUrl } from '../kinds/url.ts';
import type { Report } from '../problem.ts';
import { reportUnusable, type Scope } from '../scope.ts';

/** The path of metrics below `OTEL_EXPORTER_OTLP_ENDPOINT`. */
const METRICS_PATH = 'v1/metrics';
const ONE_DAY_MS = 86_400_000;

const endpoint = webUrl('http://collector:4318', 'path');

function milliseconds(min: number): Kind<number> {
  return scalarKind({
    noun: 'a number of milliseconds',
    allowed: `a whole number of milliseconds from ${min} to ${ONE_DAY_MS}`,
    parse: (value) => {
      const number = /^\d{1,9}$/.test(String(value)) ? Number(value) : Number.NaN;
      return number >= min && number <= ONE_DAY_MS ? number : undefined;
    },
    show: (value) => value,
  });
}

/** Pairs in the form `key=value,key=value`, with values encoded as in a URL (W3C Baggage without properties). */
function pairs(noun: string, key: RegExp, isSecret: boolean): Kind<Readonly<Record<string, string>>> {
  return scalarKind({
    noun: `a list of ${noun}`,
    allowed: `${noun} as name=value, separated by commas, with special characters in values percent-encoded`,
    secret: () => isSecret,
    parse: (value) => {
      const items = String(value)
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      const entries = items.map((item) => readPair(item, key));
      return entries.includes(undefined) ? undefined : Object.fromEntries(entries as [string, string][]);
    },
    show: () => undefined,
  });
}

function readPair(item: string, key: RegExp): [string, string] | undefined {
  const [, name = '', text = ''] = /^([^=]+)=(.*)$/.exec(item) ?? [];
  if (!key.test(name.trim())) return undefined;
  try {
    const value = decodeURIComponent(text.trim());
    return /\p{Cc}/u.test(value) ? undefined : [name.trim(), value];
  } catch {
    return undefined;
  }
}

const headers = pairs('headers', /^[\w!#$%&'*+.^`|~-]{1,100}$/, true);
const attributes = pairs('attributes', /^[\w./-]{1,255}$/, false);

/**
 * Reads the push of metrics by OTLP from the variables of OpenTelemetry
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). A variable for metrics alone overrides the one for all signals.
 * @returns undefined if no endpoint is set, or metrics are switched off
 */
export async function readOtlp(outer: Scope): Promise<OtlpConfig | undefined> {
  // The variable names the place; there is no configuration key.
  const report: Report = ({ key: _, ...problem }) => outer.report(problem);
  const scope = { ...outer, report };
  const { env } = scope;
  const url = readUrl(scope);
  const exporters = environmentInput(env, 'OTEL_METRICS_EXPORTER')?.value ?? 'otlp';
  const isOff = /^true$/i.test(env.OTEL_SDK_DISABLED ?? '') || !String(exporters).split(',').includes('otlp');
  if (!url.input || isOff) return undefined;
  const ofExporter = <T>(name: string, kind: Kind<T>, fallback: T): T =>
    read(scope, exporterInput(scope, name), kind) ?? fallback;
  const caFile = ofExporter<string | undefined>(
    'CERTIFICATE',
    filePath as Kind<string | undefined>,
    undefined,
  );
  if (caFile !== undefined) {
    const check = () => checkCertificates(caFile, scope.readFile);
    await reportUnusable(scope, '', exporterInput(scope, 'CERTIFICATE'), check);
  }
  ofExporter('METRICS_TEMPORALITY_PREFERENCE', oneOf(['cumulative']), 'cumulative');
  const intervalMs =
    read(scope, environmentInput(env, 'OTEL_METRIC_EXPORT_INTERVAL'), milliseconds(1_000)) ?? 60_000;
  const secrets = Object.entries(ofExporter('HEADERS', headers, {}));
  if (!url.value) return undefined;
  return {
    url: url.value,
    protocol: ofExporter('PROTOCOL', oneOf(['http/protobuf', 'http/json']), 'http/protobuf'),
    headers: Object.fromEntries(secrets.map(([name, value]) => [name, new Secret(value)])),
    isCompressed: ofExporter('COMPRESSION', oneOf(['none', 'gzip']), 'none') === 'gzip',
    timeoutMs: ofExporter('TIMEOUT', milliseconds(1), 10_000),
    intervalMs,
    caFile,
    attributes: readAttributes(scope),
  };

  function readUrl({ env: variables }: Scope) {
    const own = environmentInput(variables, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT');
    const input = own ?? environmentInput(variables, 'OTEL_EXPORTER_OTLP_ENDPOINT');
    const value = input && endpoint.read(input, '', report);
    return {
      input,
      value: own ? value : value && new URL(`${value.href.replace(/\/$/, '')}/${METRICS_PATH}`),
    };
  }
}

/** Returns the value of a variable of the exporter; that of `OTEL_EXPORTER_OTLP_METRICS_` takes precedence. */
function exporterInput({ env }: Scope, name: string): ScalarInput | undefined {
  return (
    environmentInput(env, `OTEL_EXPORTER_OTLP_METRICS_${name}`) ??
    environmentInput(env, `OTEL_EXPORTER_OTLP_${name}`)
  );
}

function read<T>({ report }: Scope, input: ScalarInput | undefined, kind: Kind<T>): T | undefined {
  return input && kind.read(input, '', report);
}

/** Reads the attributes of the resource. `service.instance.id`, the host name by default, tells several Headrooms apart. */
function readAttributes(scope: Scope): Readonly<Record<string, string>> {
  const name = environmentInput(scope.env, 'OTEL_SERVICE_NAME')?.value;
  return {
    'service.name': 'headroom',
    'service.instance.id': hostname(),
    ...read(scope, environmentInput(scope.env, 'OTEL_RESOURCE_ATTRIBUTES'), attributes),
    ...(name !== undefined && { 'service.name': String(name) }),
  };
}

import {
  formatLabelMatchers,
  LABEL_MATCHERS_FORM,
  type LabelMatcher,
  parseLabelMatchers,
} from '../../domain/history/label-matcher.ts';
import { HISTORY_BACKENDS, type HistoryConfig, type PrometheusConfig } from '../config.ts';
import { checkCertificates } from '../files.ts';
import { oneOf } from '../kinds/choice.ts';
import { filePath, fileToWrite } from '../kinds/file-path.ts';
import { type Kind, scalarKind } from '../kinds/kind.ts';
import { durationMs } from '../kinds/time.ts';
import { webUrl } from '../kinds/url.ts';
import { HEADER_SETTINGS, PROXY_SETTINGS, readHeaders, readProxyUrl } from '../request-settings.ts';
import { readSection, reportUnusable, type Scope, type Section } from '../scope.ts';
import { mapOf, optional, type ReadMap, setting } from '../settings.ts';
import { AUTHORIZATION_SETTINGS, readWebAuthorization } from '../web-authorization.ts';

/** Label matchers that select series, in the syntax of PromQL without braces. */
export const labelMatchers: Kind<readonly LabelMatcher[]> = scalarKind({
  noun: 'a list of label matchers',
  allowed: LABEL_MATCHERS_FORM,
  parse(value, reject) {
    if (typeof value !== 'string') return undefined;
    try {
      const matchers = parseLabelMatchers(value);
      if (!matchers.some(({ label }) => label === '__name__')) return matchers;
      return reject('The names of the series are set by Headroom');
    } catch (error) {
      return error instanceof SyntaxError ? reject(error.message) : undefined;
    }
  },
  show: formatLabelMatchers,
});

/** The keys of `history.prometheus`. Only the URL is required. */
export const PROMETHEUS_SETTINGS = {
  url: optional(webUrl('http://prometheus:9090', 'path')),
  matcher: optional(labelMatchers),
  ...AUTHORIZATION_SETTINGS,
  ...HEADER_SETTINGS,
  ...PROXY_SETTINGS,
  ca_file: optional(filePath),
};

/** The result of reading `history.prometheus`. */
type PrometheusEntry = ReadMap<typeof PROMETHEUS_SETTINGS>;

const DAY_MS = 86_400_000;
/** The allowed value in errors about a missing URL. */
const URL_FORM = 'history.prometheus.url, such as http://prometheus:9090';

/** The keys of the section `history`. */
export const HISTORY_SETTINGS = {
  backend: setting(oneOf(HISTORY_BACKENDS), 'sqlite'),
  path: setting(fileToWrite, 'data/headroom.db', {
    flag: 'history.path',
    variable: 'HEADROOM_HISTORY_PATH',
  }),
  retention: setting(durationMs(DAY_MS, 3_650 * DAY_MS), 90 * DAY_MS),
  prometheus: optional(mapOf(PROMETHEUS_SETTINGS)),
};

/** Reads the section `history`. */
export async function readHistory(scope: Scope): Promise<Section<HistoryConfig>> {
  const { values, written, shown } = readSection(scope, 'history', HISTORY_SETTINGS);
  const { backend, path, retention, prometheus: entry } = values;
  const prometheus = entry && (await readPrometheus(entry, scope));
  const isUsed = backend === 'prometheus';
  if (isUsed && written.backend && !written.prometheus) {
    const message = 'The URL of Prometheus is missing';
    scope.report({ place: written.backend.place, key: 'history.backend', message, allowed: URL_FORM });
  }
  if (!isUsed && written.prometheus && entry) {
    const message = 'Has no effect with this backend';
    const allowed = 'with backend: prometheus only';
    scope.report({ place: written.prometheus.place, key: 'history.prometheus', message, allowed });
  }
  return {
    value: {
      backend,
      path,
      isDefaultPath: written.path === undefined,
      retentionMs: retention,
      prometheus: isUsed ? prometheus : undefined,
    },
    shown,
  };
}

async function readPrometheus(entry: PrometheusEntry, scope: Scope): Promise<PrometheusConfig | undefined> {
  const { values, written, key, place } = entry;
  const { url, matcher: matchers = [], ca_file: caFile } = values;
  if (!written.url) {
    scope.report({ place, key: `${key}.url`, message: 'The URL is missing', allowed: URL_FORM });
  }
  if (caFile !== undefined) {
    const check = () => checkCertificates(caFile, scope.readFile);
    await reportUnusable(scope, `${key}.ca_file`, written.ca_file, check);
  }
  const readAuthorization = await readWebAuthorization(entry, scope);
  const headers = await readHeaders(entry, scope);
  reportSecondLogin(entry, scope);
  const proxyUrl = await readProxyUrl(entry, 'server', scope);
  return url && { url, matchers, readAuthorization, headers, proxyUrl, caFile };
}

/** Reports a header `Authorization` beside another kind of authentication. */
function reportSecondLogin({ values, written, key }: PrometheusEntry, { report }: Scope): void {
  const hasLogin = Object.keys(AUTHORIZATION_SETTINGS).some(
    (name) => name in written && written[name as keyof typeof AUTHORIZATION_SETTINGS],
  );
  for (const place of ['headers', 'headers_file'] as const) {
    for (const [name, { input }] of hasLogin ? (values[place] ?? []) : []) {
      if (name.toLowerCase() !== 'authorization') continue;
      const message = 'Only one kind of authentication is allowed';
      report({
        place: input.place,
        key: `${key}.${place}.${name}`,
        message,
        allowed: 'this header, or the other keys',
      });
    }
  }
}

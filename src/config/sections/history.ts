import { checkCertificates } from '../check-certificates.ts';
import type { HistoryConfig, PrometheusConfig } from '../config.ts';
import { HISTORY_BACKENDS } from '../config.ts';
import { oneOf } from '../kinds/choice.ts';
import { durationMs } from '../kinds/duration.ts';
import { fileToWrite } from '../kinds/file-path.ts';
import { mapOf } from '../kinds/map.ts';
import type { PrometheusEntry } from '../prometheus-settings.ts';
import { PROMETHEUS_SETTINGS } from '../prometheus-settings.ts';
import type { Scope, Section } from '../scope.ts';
import { readSection, reportUnusable } from '../scope.ts';
import { optional, setting } from '../setting.ts';
import { readWebAuthorization } from '../web-authorization.ts';

const DAY_MS = 86_400_000;
/** The place of the query API, for errors that miss it. */
const URL_FORM = 'history.prometheus.url, such as http://prometheus:9090';

/** The section `history`. */
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
    const message = 'It is not said where Prometheus is';
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
  return url && { url, matchers, readAuthorization, caFile };
}

import { filePath } from './kinds/file-path.ts';
import { labelMatchers } from './kinds/label-matchers.ts';
import type { ReadMap } from './kinds/map.ts';
import { webUrl } from './kinds/web-url.ts';
import { optional } from './setting.ts';
import { AUTHORIZATION_SETTINGS } from './web-authorization.ts';

/** The keys of `history.prometheus`. The URL alone is needed. */
export const PROMETHEUS_SETTINGS = {
  url: optional(webUrl('http://prometheus:9090', { withPath: true })),
  matcher: optional(labelMatchers),
  ...AUTHORIZATION_SETTINGS,
  ca_file: optional(filePath),
};

/** The section as it was read. */
export type PrometheusEntry = ReadMap<typeof PROMETHEUS_SETTINGS>;

import { filePath } from './kinds/file-path.ts';
import { labelMatchers } from './kinds/label-matchers.ts';
import type { ReadMap } from './kinds/map.ts';
import { secretText, username } from './kinds/text.ts';
import { webUrl } from './kinds/web-url.ts';
import { optional } from './setting.ts';

/** The keys of `history.prometheus`. The URL alone is needed. */
export const PROMETHEUS_SETTINGS = {
  url: optional(webUrl('http://prometheus:9090', { withPath: true })),
  matcher: optional(labelMatchers),
  bearer_token: optional(secretText),
  bearer_token_file: optional(filePath),
  username: optional(username),
  password: optional(secretText),
  password_file: optional(filePath),
  ca_file: optional(filePath),
};

/** The section as it was read. */
export type PrometheusEntry = ReadMap<typeof PROMETHEUS_SETTINGS>;

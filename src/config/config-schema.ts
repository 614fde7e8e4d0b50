import type { JsonSchema } from './kinds/kind.ts';
import { ALERTS_SETTINGS } from './sections/alerts.ts';
import { CREDENTIALS_KIND } from './sections/credentials.ts';
import { HISTORY_SETTINGS } from './sections/history.ts';
import { HUB_SETTINGS } from './sections/hub.ts';
import { LOG_SETTINGS, METRICS_SETTINGS } from './sections/metrics-and-log.ts';
import { POLL_SETTINGS } from './sections/poll.ts';
import { WEB_SETTINGS } from './sections/web.ts';
import { schemaOfMap } from './settings.ts';
import { SPENDING_SETTINGS } from './spending/spending-settings.ts';

/** The address at which docs/headroom.schema.json of the newest version is published. It does not change. */
export const SCHEMA_URL =
  'https://raw.githubusercontent.com/dockerhub-headroom/headroom/main/docs/headroom.schema.json';

/**
 * Returns the JSON Schema of the configuration file, for editors and for the values of the Helm chart. It accepts every valid
 * file. Rules that concern several keys, and the content of other files, are checked by `loadConfig()` only.
 */
export function configSchema(): JsonSchema {
  const sections = {
    poll: schemaOfMap(POLL_SETTINGS),
    hub: schemaOfMap(HUB_SETTINGS),
    credentials: CREDENTIALS_KIND.schema,
    history: schemaOfMap(HISTORY_SETTINGS),
    alerts: schemaOfMap(ALERTS_SETTINGS),
    metrics: schemaOfMap(METRICS_SETTINGS),
    spending: schemaOfMap(SPENDING_SETTINGS),
    web: schemaOfMap(WEB_SETTINGS),
    log: schemaOfMap(LOG_SETTINGS),
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: SCHEMA_URL,
    title: 'The configuration file of Headroom',
    type: ['object', 'null'],
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(sections).map(([name, schema]) => [
        name,
        { description: `docs/configuration.md#${name}`, ...schema },
      ]),
    ),
  };
}

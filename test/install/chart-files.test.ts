import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/config-schema.ts';
import { PROJECT } from './manifests.ts';

const CHART = join(PROJECT, 'deploy/helm/headroom');
/** Files of the chart that are copies: Helm packages only what is in its folder, and links break on some systems. */
const COPIES: Readonly<Record<string, string>> = {
  'files/headroom.json': 'grafana/dashboards/headroom.json',
  'files/headroom.rules.yml': 'deploy/prometheus/rules/headroom.rules.yml',
};
/** Keys of a credential that have the same form in the values as in the configuration file. */
const SHARED_KEYS = ['route', 'schedule', 'timezone', 'jitter', 'timeout', 'image'];

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly items: Schema;
}

describe('the files of the chart', () => {
  test('are no symbolic links', () => {
    const links = readdirSync(CHART, { recursive: true, encoding: 'utf8' }).filter((name) =>
      lstatSync(join(CHART, name)).isSymbolicLink(),
    );
    expect(links).toEqual([]);
  });

  test.each(Object.entries(COPIES))('%s is a copy of %s; vitest -u writes it', async (copy, original) => {
    const text = readFileSync(join(PROJECT, original), 'utf8');
    await expect(text).toMatchFileSnapshot(join(CHART, copy));
  });

  test('values.schema.json has the schema of the configuration file; vitest -u writes it', async () => {
    const path = join(CHART, 'values.schema.json');
    const values = JSON.parse(readFileSync(path, 'utf8'));
    const { $schema: _, $id: __, ...config } = configSchema() as unknown as Schema & Record<string, unknown>;
    const { credentials, ...sections } = config.properties;
    const entry = values.properties.credentials.items;
    for (const key of SHARED_KEYS) entry.properties[key] = credentials?.items.properties[key];
    values.properties.config = { ...config, properties: sections };
    await expect(`${JSON.stringify(values, null, 2)}\n`).toMatchFileSnapshot(path);
  });
});

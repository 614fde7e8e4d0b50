import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const FOLDER = resolve(import.meta.dirname, '../../grafana/provisioning');

function read(file: string): unknown {
  return parse(readFileSync(resolve(FOLDER, file), 'utf8'));
}

test('datasources/prometheus.yml gives Grafana one Prometheus, to which a dashboard falls back', () => {
  expect(read('datasources/prometheus.yml')).toMatchObject({
    apiVersion: 1,
    datasources: [{ type: 'prometheus', access: 'proxy', url: 'http://prometheus:9090', isDefault: true }],
  });
});

test('dashboards/headroom.yml reads the dashboards from files, and keeps them as they are there', () => {
  expect(read('dashboards/headroom.yml')).toMatchObject({
    apiVersion: 1,
    providers: [{ type: 'file', allowUiUpdates: false, options: { path: '/var/lib/grafana-dashboards' } }],
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { describeWithProgram } from '../requires-program.ts';
import { expectConforming, inventory, output, PROJECT } from './manifests.ts';

const build = (folder: string): string => output('kubectl', 'kustomize', folder);
const OVERLAYS: Record<string, string[]> = {
  'deploy/kustomize/base': [
    'ConfigMap headroom-HASH',
    'Deployment headroom',
    'Namespace headroom',
    'PersistentVolumeClaim headroom',
    'Service headroom',
    'ServiceAccount headroom',
  ],
  'deploy/kustomize/overlays/per-node': [
    'ConfigMap headroom-HASH',
    'DaemonSet headroom',
    'Namespace headroom',
    'Service headroom',
    'ServiceAccount headroom',
  ],
  'deploy/kustomize/overlays/spending': [
    'ClusterRole headroom-spending',
    'ClusterRoleBinding headroom-spending',
    'ConfigMap headroom-HASH',
    'Deployment headroom',
    'Namespace headroom',
    'PersistentVolumeClaim headroom',
    'Service headroom',
    'ServiceAccount headroom',
  ],
  'deploy/kustomize/overlays/operator': [
    'ConfigMap headroom-HASH',
    'ConfigMap headroom-dashboard',
    'Deployment headroom',
    'Namespace headroom',
    'PersistentVolumeClaim headroom',
    'PrometheusRule headroom',
    'Service headroom',
    'ServiceAccount headroom',
    'ServiceMonitor headroom',
  ],
};

describeWithProgram('kubectl', 'kubectl kustomize', () => {
  test.each(Object.entries(OVERLAYS))('builds %s', (folder, expected) => {
    const names = inventory(build(folder).replaceAll(/(?<=name: headroom)-[0-9a-z]{10}$/gm, '-HASH'));
    expect(names).toEqual(expected);
  });
});

describeWithProgram(['kubectl', 'kubeconform'], 'kustomize, against the schemas of Kubernetes', () => {
  test.each(Object.keys(OVERLAYS))('%s conforms', (folder) => expectConforming(build(folder)));
});

describe('the PrometheusRule for kubectl', () => {
  test('has the groups of the rule file; vitest -u writes it anew', async () => {
    const rules = readFileSync(join(PROJECT, 'deploy/prometheus/rules/headroom.rules.yml'), 'utf8');
    const manifest = {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'headroom' },
      spec: parse(rules),
    };
    const text = `# Made from deploy/prometheus/rules/headroom.rules.yml by test/install/kustomize.test.ts.\n${stringify(manifest, { lineWidth: 120 })}`;
    await expect(text).toMatchFileSnapshot(
      join(PROJECT, 'deploy/kustomize/overlays/operator/prometheusrule.yaml'),
    );
  });
});

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeWithProgram } from '../requires-program.ts';
import { expectConforming, inventory, objects, output, PROJECT, temporaryFile } from './manifests.ts';

const CHART = 'deploy/helm/headroom';
const SAMPLES = readdirSync(join(PROJECT, CHART, 'ci')).map((name) => `${CHART}/ci/${name}`);

function render(...args: string[]): string {
  return output('helm', 'template', 'hr', CHART, '--namespace=tools', '--kube-version=1.32', ...args);
}

/** Renders values that are written out, and returns the error where there is one. */
function refusal(values: string): string {
  try {
    render('--values', temporaryFile('values.yaml', values));
    return '';
  } catch (error) {
    return String(error);
  }
}

/** The configuration file that a chart renders. */
function configuration(rendered: string): unknown {
  const map = objects(rendered).find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'hr-headroom',
  );
  return parse((map as unknown as { data: Record<string, string> }).data['headroom.yml'] ?? '');
}

describeWithProgram('helm', 'the Helm chart', () => {
  test.each(['', ...SAMPLES])('passes helm lint with values %j', (values) => {
    const args = values === '' ? [] : ['--values', values];
    expect(output('helm', 'lint', '--strict', CHART, ...args)).toContain('0 chart(s) failed');
  });

  test('is one Deployment with its history, unless it is configured otherwise', () => {
    expect(inventory(render())).toEqual([
      'ConfigMap hr-headroom',
      'Deployment hr-headroom',
      'PersistentVolumeClaim hr-headroom',
      'Pod hr-headroom-health',
      'Service hr-headroom',
      'ServiceAccount hr-headroom',
    ]);
  });

  test('mounts Secrets for credentials and never holds a password', () => {
    const rendered = render('--values', `${CHART}/ci/login-values.yaml`);
    expect(configuration(rendered)).toEqual({
      credentials: [
        { name: 'anonymous' },
        { name: 'ci', username: 'acmeci', password_file: '/etc/headroom/secrets/ci/password' },
        { name: 'pull-secret', docker_config_file: '/etc/headroom/secrets/pull-secret/config.json' },
        { name: 'nat-b', route: { proxy_url: 'http://proxy-b:3128' }, schedule: '*/5 * * * *' },
      ],
      web: { external_url: 'https://headroom.example.com' },
    });
    for (const mount of [
      '/etc/headroom/secrets/ci',
      '/etc/headroom/secrets/pull-secret',
      '/etc/headroom/slack',
    ])
      expect(rendered).toContain(`mountPath: ${mount}, readOnly: true`);
  });

  test('leads from alerts to the runbooks of this Headroom', () => {
    const rendered = render('--values', `${CHART}/ci/login-values.yaml`);
    expect(rendered).toContain('runbook_url: https://headroom.example.com/runbooks/RateLimitExhausted');
    expect(rendered).not.toContain('http://headroom:10429');
  });

  test('probes below the path of the external URL', () => {
    const rendered = render('--set=externalUrl=https://tools.example.com/headroom/');
    expect(rendered).toContain('path: /headroom/-/healthy');
    expect(rendered).toContain('path: /headroom/-/ready');
  });

  test('is a DaemonSet without a volume of its own for each node', () => {
    const kinds = inventory(render('--values', `${CHART}/ci/daemonset-values.yaml`));
    expect(kinds).toContain('DaemonSet hr-headroom');
    expect(kinds).not.toContain('PersistentVolumeClaim hr-headroom');
  });

  test.each<[why: string, values: string, place: string]>([
    ['an unknown value', 'replicaCount: 2', 'replicaCount'],
    ['a kind that is not offered', 'kind: StatefulSet', 'kind'],
    ['an unknown section of the configuration', 'config: { polling: {} }', 'polling'],
    ['a password in the values', 'credentials: [{ name: ci, username: a, password: x }]', 'password'],
    ['a Secret without a user', 'credentials: [{ name: ci, existingSecret: a }]', 'username'],
    ['credentials in two places', 'config: { credentials: [] }', 'credentials'],
    ['a relative external URL', 'externalUrl: headroom', 'externalUrl'],
  ])('refuses %s', (_why, values, place) => {
    expect(refusal(values)).toContain(place);
  });
});

describeWithProgram(['helm', 'kubeconform'], 'the Helm chart, against the schemas of Kubernetes', () => {
  test.each(['', ...SAMPLES])('conforms with values %j', (values) => {
    expectConforming(render(...(values === '' ? [] : ['--values', values])));
  });
});

describe('the samples of values', () => {
  test('are there', () => expect(SAMPLES.length).toBeGreaterThan(3));
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
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

/** A pod, as far as these tests read it. */
interface PodSpec {
  readonly containers: readonly {
    readonly image: string;
    readonly env: unknown;
    readonly volumeMounts: readonly { readonly name: string }[];
  }[];
  readonly volumes: readonly { readonly name: string }[];
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
      'ConfigMap hr-headroom-config-check',
      'Deployment hr-headroom',
      'Job hr-headroom-config-check',
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
        {
          name: 'nat-b',
          route: { proxy_url: 'http://proxy-b:3128' },
          schedule: '*/5 * * * *',
          timezone: 'UTC',
        },
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

  test.each([
    [[], [['events,pods', 'get,list,watch']]],
    [
      ['--set=rbac.nodes=true,rbac.secrets=true'],
      [
        ['events,pods', 'get,list,watch'],
        ['nodes', 'get,list'],
        ['secrets', 'get'],
      ],
    ],
  ])('grants only what is needed to read a cluster, with %j', (args, rules) => {
    const rendered = objects(render('--set=rbac.create=true', ...args));
    const role = rendered.find(({ kind }) => kind === 'ClusterRole') as unknown as {
      rules: { resources: string[]; verbs: string[] }[];
    };
    expect(role.rules.map(({ resources, verbs }) => [resources.join(), verbs.join()])).toEqual(rules);
    expect(objects(render()).map(({ kind }) => kind)).not.toContain('ClusterRole');
  });

  test('leads from alerts to the runbooks of this Headroom', () => {
    const rendered = render('--values', `${CHART}/ci/operator-values.yaml`);
    expect(rendered).toContain('runbook_url: https://headroom.example.com/runbooks/RateLimitExhausted');
    expect(rendered).not.toContain('http://headroom:10429');
  });

  test('probes below the path of the external URL', () => {
    const rendered = render('--set=externalUrl=https://tools.example.com/headroom/');
    expect(rendered).toContain('path: /headroom/-/healthy');
    expect(rendered).toContain('path: /headroom/-/ready');
  });

  test.each([
    ['hr', [], 'job="hr", namespace="tools"'],
    ['dockerhub', ['--namespace=prod'], 'job="dockerhub", namespace="prod"'],
    ['hub', ['--set=fullnameOverride=watch'], 'job="hub", namespace="tools"'],
    ['hub', ['--set=nameOverride=watch'], 'job="hub", namespace="tools"'],
    ['headroom-prod', ['--set=prometheusRule.job=tools/headroom'], 'job="tools/headroom"'],
    ['dockerhub', ['--set=serviceMonitor.enabled=false'], 'job=~"(.*[/-])?headroom"'],
  ])('alerts on the job that release %s is scraped as, with %j', (release, args, selector) => {
    const rendered = output(
      'helm',
      'template',
      release,
      CHART,
      '--namespace=tools',
      ...['--values', `${CHART}/ci/operator-values.yaml`, ...args],
    );
    const rules = JSON.stringify(objects(rendered).find(({ kind }) => kind === 'PrometheusRule'));
    const expr = JSON.stringify(`up{${selector}} == 0 or absent(up{${selector}})`);
    expect(rules).toContain(`"expr":${expr}`);
    expect(rules.match(/job=~?\\"[^"]*\\"/g)).toHaveLength(2);
    const monitor = objects(rendered).find(({ kind }) => kind === 'ServiceMonitor');
    const service = objects(rendered).find(({ kind }) => kind === 'Service');
    // The operator sets the job to this label of the Service.
    const { jobLabel } = (monitor?.spec ?? {}) as { jobLabel?: string };
    if (monitor) expect(service?.metadata).toMatchObject({ labels: { [String(jobLabel)]: release } });
  });

  test('checks the configuration before an upgrade, by a Job that reads what the pod reads', () => {
    const rendered = objects(render('--values', `${CHART}/ci/login-values.yaml`));
    const specOf = (kind: string) => {
      const found = rendered.find((object) => object.kind === kind);
      return (found as unknown as { spec: { template: { spec: PodSpec } } }).spec.template.spec;
    };
    const [job, pod] = [specOf('Job'), specOf('Deployment')];
    const [check, serve] = [job.containers[0], pod.containers[0]];
    expect(check).toMatchObject({ args: ['--config.check'], image: serve?.image, env: serve?.env });
    const names = (list: readonly { name: string }[] = []) => list.map(({ name }) => name).sort();
    expect([...names(check?.volumeMounts), 'data'].sort()).toEqual(names(serve?.volumeMounts));
    expect([...names(job.volumes), 'data'].sort()).toEqual(names(pod.volumes));
    const maps = rendered.filter(({ kind }) => kind === 'ConfigMap') as unknown as {
      data: Record<string, string>;
    }[];
    const files = maps.flatMap(({ data }) => data['headroom.yml'] ?? []);
    expect(files).toHaveLength(2);
    expect(files[0]).toBe(files[1]);
  });

  test('sends no alert twice with any sample of values', () => {
    for (const sample of SAMPLES) {
      const values = parse(readFileSync(join(PROJECT, sample), 'utf8'));
      const own = values.slack?.existingSecret ?? values.config?.alerts?.receivers;
      expect({ sample, isTwice: Boolean(own && values.prometheusRule?.enabled) }).toEqual({
        sample,
        isTwice: false,
      });
    }
  });

  test('is packaged whole, and renders the same from the package', () => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-chart-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    output('helm', 'package', CHART, '--destination', folder);
    const [name = ''] = readdirSync(folder);
    expect(name).toMatch(/^headroom-\d+\.\d+\.\d+\.tgz$/);
    const values = ['--values', `${CHART}/ci/operator-values.yaml`];
    expect(output('helm', 'template', 'hr', join(folder, name), ...values)).toBe(
      output('helm', 'template', 'hr', CHART, ...values),
    );
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
    ['an unknown key of the configuration', 'config: { poll: { timout: 3s } }', 'timout'],
    ['a wrong value of the configuration', 'config: { poll: { timeout: fast } }', '/config/poll/timeout'],
    ['a wrong rule', 'config: { alerts: { rules: [{ name: A, wen: low }] } }', 'wen'],
    ['a wrong schedule of a credential', 'credentials: [{ name: a, jitter: much }]', 'jitter'],
    ['a wrong route of a credential', 'credentials: [{ name: a, route: { proxy: x } }]', 'proxy'],
    ['an ingress without hosts', 'ingress: { enabled: true }', '/ingress/hosts'],
    ['a route without a gateway', 'route: { enabled: true }', '/route/parentRefs'],
    ['a job name that would end the query', `prometheusRule: { job: 'a"b' }`, '/prometheusRule/job'],
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

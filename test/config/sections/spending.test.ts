import { describe, expect, test } from 'vitest';
import { load, problemsOf } from '../load.ts';

const FILES = { '/etc/prod.kubeconfig': 'apiVersion: v1', '/etc/secret': 'hunter2' };

describe('the section spending', () => {
  test.each(['', 'spending:\n', 'spending: {}'])('is off without content: %j', async (yaml) => {
    expect((await load({ yaml })).spending).toBeUndefined();
  });

  test('needs only the name of the cluster in a pod', async () => {
    const { spending } = await load({ yaml: 'spending: { kubernetes: [{ name: prod }] }' });

    expect(spending).toEqual({
      kubernetes: [
        {
          name: 'prod',
          kubeconfigFile: undefined,
          context: undefined,
          credential: 'anonymous',
          readPullSecrets: false,
          mirrorHosts: [],
          runtime: undefined,
        },
      ],
      caches: [],
      usageReports: undefined,
      owners: [],
      budgets: [],
      maskAddresses: false,
    });
  });

  test('reads every key', async () => {
    const yaml = `
credentials:
  - { name: ci, username: acmeci, password_file: /etc/secret }
  - { name: nat }
spending:
  kubernetes:
    - { name: prod, kubeconfig_file: prod.kubeconfig, context: a, credential: ci, read_pull_secrets: true,
        mirror_hosts: ["Mirror:5000", harbor.example.com/hub], runtime: crio }
    - { name: here }
  caches: [{ name: mirror, metrics_url: "http://mirror:9090/metrics?comp=core", credential: ci }]
  usage_reports: { path: usage }
  owners:
    - { team: shop, namespaces: "shop-*", clusters: [prod], labels: { app.kubernetes.io/part-of: shop }, users: [a],
        access_tokens: [t], addresses: [10.20.0.0/16, "2001:db8::1"], repositories: "acme/etl-*" }
  budgets: [{ team: shop, pulls: 2000 }, { team: data, pulls: 5, per: month }]
  mask_addresses: true
`;
    const { spending, maskedYaml } = await load({ yaml, files: FILES });

    // A query may contain a token.
    expect(maskedYaml).toContain('http://mirror:9090/metrics?<secret>');
    expect(spending?.kubernetes).toMatchObject([
      { kubeconfigFile: '/etc/prod.kubeconfig', context: 'a', credential: 'ci', readPullSecrets: true },
      { name: 'here', credential: 'nat' },
    ]);
    expect(spending?.kubernetes[0]).toMatchObject({
      mirrorHosts: ['mirror:5000', 'harbor.example.com/hub'],
      runtime: 'crio',
    });
    expect(spending?.caches).toEqual([
      {
        name: 'mirror',
        metricsUrl: new URL('http://mirror:9090/metrics?comp=core'),
        matchers: undefined,
        credential: 'ci',
      },
    ]);
    expect(spending?.usageReports).toEqual({ path: '/etc/usage' });
    expect(spending?.owners).toEqual([
      {
        team: 'shop',
        namespaces: ['shop-*'],
        clusters: ['prod'],
        labels: { 'app.kubernetes.io/part-of': 'shop' },
        users: ['a'],
        accessTokens: ['t'],
        addresses: ['10.20.0.0/16', '2001:db8::1'],
        repositories: ['acme/etl-*'],
      },
    ]);
    expect(spending?.budgets).toEqual([
      { team: 'shop', pulls: 2_000, per: 'day' },
      { team: 'data', pulls: 5, per: 'month' },
    ]);
    expect(spending?.maskAddresses).toBe(true);
  });

  const ROWS: readonly (readonly [rule: string, yaml: string, ...problems: string[]])[] = [
    [
      'a cluster has a name',
      'kubernetes: [{}]',
      ':1:26: spending.kubernetes[0].name: The name is missing. Allowed: 1 to 64 letters, digits, spaces and . _ @ + -, with a letter or digit at both ends',
    ],
    [
      'names are unique',
      'kubernetes: [{ name: a, kubeconfig_file: prod.kubeconfig }, { name: a }]',
      ':1:81: spending.kubernetes[1].name: Duplicate name, first used at /etc/headroom.yml:1:34: "a"',
    ],
    [
      'a kubeconfig is readable',
      'kubernetes: [{ name: a, kubeconfig_file: x }]',
      ':1:54: spending.kubernetes[0].kubeconfig_file: Cannot read /etc/x: no such file',
    ],
    [
      'one cluster uses the service account',
      'kubernetes: [{ name: a }, { name: b }]',
      ':1:39: spending.kubernetes[1].kubeconfig_file: Another cluster already uses the service account of the pod. Allowed: one cluster without kubeconfig_file',
    ],
    [
      'a context belongs to a kubeconfig',
      'kubernetes: [{ name: a, context: x }]',
      ':1:46: spending.kubernetes[0].context: Has no effect without a kubeconfig. Allowed: with kubeconfig_file only',
    ],
    [
      'a credential exists',
      'kubernetes: [{ name: a, credential: ci }]',
      ':1:49: spending.kubernetes[0].credential: There is no credential of this name: "ci". Allowed: anonymous',
    ],
    [
      'a runtime runs on nodes',
      'kubernetes: [{ name: a, runtime: kaniko }]',
      ':1:46: spending.kubernetes[0].runtime: Not one of the choices: "kaniko". Allowed: containerd, dockerd, crio',
    ],
    [
      'a cache has metrics',
      'caches: [{ name: a }]',
      ':1:22: spending.caches[0].metrics_url: The metrics of the cache are missing. Allowed: metrics_url or matcher',
    ],
    [
      'matchers need the Prometheus backend',
      'caches: [{ name: a, matcher: \'job="x"\' }]',
      ':1:42: spending.caches[0].matcher: Has no effect with this history backend. Allowed: with history.backend: prometheus only; otherwise metrics_url',
    ],
    [
      'usage reports have a path',
      'usage_reports: { paht: x }',
      ':1:28: spending.usage_reports.path: The path is missing. Allowed: the path of a folder',
      ':1:30: spending.usage_reports.paht: Unknown key, did you mean path. Allowed: path',
    ],
    [
      'an owner has criteria',
      'owners: [{ team: a }]',
      ':1:22: spending.owners[0]: The rule matches nothing. Allowed: at least one of namespaces, clusters, labels, users, access_tokens, addresses, repositories',
    ],
    [
      'an address is one',
      'owners: [{ team: a, addresses: 10.0.0.0/33 }]',
      ':1:44: spending.owners[0].addresses: Not an IP address or a network: "10.0.0.0/33". Allowed: IP addresses and networks such as 192.0.2.7, 10.20.0.0/16 or 2001:db8::/32',
    ],
    [
      'a budget has pulls',
      'budgets: [{ team: a }]',
      ':1:23: spending.budgets[0].pulls: The number of pulls is missing. Allowed: a number of pulls',
    ],
  ];

  test.each(ROWS)('%s', async (_rule, yaml, ...problems) => {
    expect(await problemsOf({ yaml: `spending: { ${yaml} }`, files: FILES })).toEqual(
      problems.map((problem) => `/etc/headroom.yml${problem}`),
    );
  });
});

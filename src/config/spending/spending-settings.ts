import { isIP } from 'node:net';
import { RUNTIMES, type Runtime } from '../../domain/pull-cost/counting-model.ts';
import { BUDGET_PERIODS } from '../../domain/spending/spending-config.ts';
import { oneOf, trueOrFalse } from '../kinds/choice.ts';
import { freeMap, listOf } from '../kinds/collection.ts';
import { filePath } from '../kinds/file-path.ts';
import { type Kind, scalarKind } from '../kinds/kind.ts';
import { wholeNumber } from '../kinds/number.ts';
import { credentialName, plainText } from '../kinds/text.ts';
import { webUrl } from '../kinds/url.ts';
import { labelMatchers } from '../sections/history.ts';
import { mapOf, optional, setting } from '../settings.ts';

/** Runtimes that run on the nodes of a cluster. */
const NODE_RUNTIMES: readonly Runtime[] = RUNTIMES.filter((runtime) =>
  ['containerd', 'crio', 'dockerd'].includes(runtime),
);
/** The largest budget in pulls. */
const MAX_BUDGET = 1_000_000_000;

/** A registry host with an optional port and path, as in an image reference. */
const mirrorHost: Kind<string> = scalarKind({
  noun: 'the host of a registry',
  allowed: 'hosts with an optional port and path, such as mirror.example.com:5000 or harbor.example.com/hub',
  parse: (value) =>
    typeof value === 'string' && /^[a-z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9._-]+)*$/i.test(value)
      ? value.toLowerCase()
      : undefined,
  show: (value) => value,
});

/** The keys of `spending.kubernetes[]`. */
export const CLUSTER_SETTINGS = {
  name: optional(credentialName),
  kubeconfig_file: optional(filePath),
  context: optional(plainText({ noun: 'the name of a context', maxLength: 253 })),
  credential: optional(credentialName),
  read_pull_secrets: setting(trueOrFalse, false),
  mirror_hosts: setting(listOf(mirrorHost, { nouns: 'registries', allowSingle: true, allowEmpty: true }), []),
  runtime: optional(oneOf(NODE_RUNTIMES)),
};

/** The keys of `spending.caches[]`. */
export const CACHE_SETTINGS = {
  name: optional(credentialName),
  metrics_url: optional(webUrl('http://mirror:5001/metrics', 'query')),
  matcher: optional(labelMatchers),
  credential: optional(credentialName),
};

/** The keys of `spending.usage_reports`. */
export const USAGE_REPORT_SETTINGS = { path: optional(filePath) };

/** The name of a team, or a namespace or user that stands for itself. */
const teamName = plainText({ noun: 'the name of a team', maxLength: 64 });
const pattern = plainText({
  noun: 'a name or a pattern',
  maxLength: 255,
  allowed: 'names of 1 to 255 characters, in which * stands for any characters',
});
const patterns = (nouns: string) => optional(listOf(pattern, { nouns, allowSingle: true }));

/** An IP address, or a network in CIDR notation. */
const network: Kind<string> = scalarKind({
  noun: 'an IP address or a network',
  allowed: 'IP addresses and networks such as 192.0.2.7, 10.20.0.0/16 or 2001:db8::/32',
  parse(value) {
    if (typeof value !== 'string') return undefined;
    const [address = '', bits, rest] = value.split('/');
    const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
    return most > 0 && isNetwork && rest === undefined ? value : undefined;
  },
  show: (value) => value,
});

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_KEY = /^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const podLabels = freeMap(
  {
    noun: 'pod labels',
    allowed: 'keys of pod labels, such as app.kubernetes.io/part-of',
    reject: (name) => (LABEL_KEY.test(name) ? undefined : 'Not the key of a pod label'),
  },
  pattern,
);

/** The keys of `spending.owners[]`. */
export const OWNER_SETTINGS = {
  team: optional(teamName),
  namespaces: patterns('namespaces'),
  clusters: patterns('clusters'),
  labels: optional(podLabels),
  users: patterns('user names'),
  access_tokens: patterns('access tokens'),
  addresses: optional(listOf(network, { nouns: 'addresses', allowSingle: true })),
  repositories: patterns('repositories'),
};

/** The keys of `spending.budgets[]`. */
export const BUDGET_SETTINGS = {
  team: optional(teamName),
  pulls: optional(wholeNumber(1, MAX_BUDGET)),
  per: setting(oneOf(BUDGET_PERIODS), 'day'),
};

/** The keys of the section `spending`. */
export const SPENDING_SETTINGS = {
  kubernetes: optional(listOf(mapOf(CLUSTER_SETTINGS), { nouns: 'clusters', allowEmpty: true })),
  caches: optional(listOf(mapOf(CACHE_SETTINGS), { nouns: 'caches', allowEmpty: true })),
  usage_reports: optional(mapOf(USAGE_REPORT_SETTINGS)),
  owners: optional(listOf(mapOf(OWNER_SETTINGS), { nouns: 'rules', allowEmpty: true })),
  budgets: optional(listOf(mapOf(BUDGET_SETTINGS), { nouns: 'budgets', allowEmpty: true })),
  mask_addresses: setting(trueOrFalse, false),
};

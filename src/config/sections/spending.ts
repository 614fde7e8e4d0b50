import type { Credential } from '../../domain/credential.ts';
import type {
  Budget,
  CacheConfig,
  ClusterConfig,
  OwnerRule,
  SpendingConfig,
} from '../../domain/spending/spending-config.ts';
import { FILE_LIMITS } from '../../kit/bounded-file.ts';
import type { HistoryConfig } from '../config.ts';
import { readText } from '../files.ts';
import { isNull } from '../input.ts';
import { credentialName } from '../kinds/text.ts';
import { readSection, reportUnusable, type Scope, type Section } from '../scope.ts';
import { type ReadMap, reportDuplicateNames } from '../settings.ts';
import {
  type BUDGET_SETTINGS,
  type CACHE_SETTINGS,
  type CLUSTER_SETTINGS,
  OWNER_SETTINGS,
  SPENDING_SETTINGS,
} from '../spending/spending-settings.ts';

type ClusterEntry = ReadMap<typeof CLUSTER_SETTINGS>;
type CacheEntry = ReadMap<typeof CACHE_SETTINGS>;
type OwnerEntry = ReadMap<typeof OWNER_SETTINGS>;
type BudgetEntry = ReadMap<typeof BUDGET_SETTINGS>;

/** Values of other sections that the section `spending` refers to. */
interface SpendingContext {
  readonly credentials: readonly Pick<Credential, 'identity'>[];
  readonly historyBackend: HistoryConfig['backend'];
}

/** Reads the section `spending`; undefined if it is not written. */
export async function readSpending(
  scope: Scope,
  context: SpendingContext,
): Promise<Section<SpendingConfig | undefined>> {
  const { values, written, shown } = readSection(scope, 'spending', SPENDING_SETTINGS);
  const input = scope.file?.entries.get('spending')?.input;
  if (!input || isNull(input)) return { value: undefined, shown: undefined };
  const { usage_reports: reports } = values;
  if (reports && !reports.written.path) {
    const [place, key] = [reports.place, `${reports.key}.path`];
    scope.report({ place, key, message: 'The path is missing', allowed: 'the path of a folder' });
  }
  const path = reports?.values.path;
  const value: SpendingConfig = {
    kubernetes: await readClusters(values.kubernetes ?? [], scope, context),
    caches: readCaches(values.caches ?? [], scope, context),
    usageReports: path === undefined ? undefined : { path },
    owners: (values.owners ?? []).flatMap((entry) => readOwner(entry, scope) ?? []),
    budgets: (values.budgets ?? []).flatMap((entry) => readBudget(entry, scope) ?? []),
    maskAddresses: values.mask_addresses,
  };
  const isEmpty = Object.values(written).every((one) => one === undefined);
  return { value: isEmpty ? undefined : value, shown };
}

async function readClusters(
  entries: readonly ClusterEntry[],
  scope: Scope,
  context: SpendingContext,
): Promise<ClusterConfig[]> {
  reportDuplicateNames(entries, credentialName, scope.report);
  const inCluster = entries.filter(({ written }) => !written.kubeconfig_file);
  for (const { place, key } of inCluster.slice(1)) {
    const message = 'Another cluster already uses the service account of the pod';
    const allowed = 'one cluster without kubeconfig_file';
    scope.report({ place, key: `${key}.kubeconfig_file`, message, allowed });
  }
  const clusters = [];
  for (const entry of entries) clusters.push(await readCluster(entry, scope, context));
  return clusters;
}

async function readCluster(
  entry: ClusterEntry,
  scope: Scope,
  context: SpendingContext,
): Promise<ClusterConfig> {
  const { values, written, key } = entry;
  const { kubeconfig_file: kubeconfigFile } = values;
  if (kubeconfigFile !== undefined) {
    await reportUnusable(scope, `${key}.kubeconfig_file`, written.kubeconfig_file, () =>
      readText(scope.readFile, kubeconfigFile, FILE_LIMITS.config),
    );
  } else if (written.context) {
    const message = 'Has no effect without a kubeconfig';
    const allowed = 'with kubeconfig_file only';
    scope.report({ place: written.context.place, key: `${key}.context`, message, allowed });
  }
  return {
    name: values.name ?? '',
    kubeconfigFile,
    context: values.context,
    credential: readCredential(entry, scope, context),
    readPullSecrets: values.read_pull_secrets,
    mirrorHosts: values.mirror_hosts,
    runtime: values.runtime,
  };
}

/** Returns the configured credential of an entry. Default: the first one without a login, otherwise the first one. */
function readCredential(
  { values, written, key }: ClusterEntry | CacheEntry,
  { report }: Scope,
  { credentials }: SpendingContext,
): string {
  const names = credentials.map(({ identity }) => identity.name);
  const anonymous = credentials.find(({ identity }) => !identity.hasLogin)?.identity.name;
  const name = values.credential;
  if (name !== undefined && !names.includes(name) && written.credential) {
    report({
      place: written.credential.place,
      key: `${key}.credential`,
      message: 'There is no credential of this name',
      found: JSON.stringify(name),
      allowed: names.join(', '),
    });
  }
  return name ?? anonymous ?? names[0] ?? '';
}

function readCaches(
  entries: readonly CacheEntry[],
  scope: Scope,
  context: SpendingContext,
): readonly CacheConfig[] {
  reportDuplicateNames(entries, credentialName, scope.report);
  return entries.map((entry) => {
    const { values, written, place, key } = entry;
    const isBoth = written.metrics_url && written.matcher;
    const isNeither = !written.metrics_url && !written.matcher;
    if (isBoth || isNeither) {
      const message = isBoth
        ? 'The cache has two sources of metrics'
        : 'The metrics of the cache are missing';
      scope.report({ place, key: `${key}.metrics_url`, message, allowed: 'metrics_url or matcher' });
    }
    if (written.matcher && context.historyBackend !== 'prometheus') {
      scope.report({
        place: written.matcher.place,
        key: `${key}.matcher`,
        message: 'Has no effect with this history backend',
        allowed: 'with history.backend: prometheus only; otherwise metrics_url',
      });
    }
    return {
      name: values.name ?? '',
      metricsUrl: values.metrics_url,
      matchers: values.matcher,
      credential: readCredential(entry, scope, context),
    };
  });
}

function readOwner({ values, written, place, key }: OwnerEntry, { report }: Scope): OwnerRule | undefined {
  const { team } = values;
  if (!written.team) {
    report({ place, key: `${key}.team`, message: 'The team is missing', allowed: 'the name of a team' });
  }
  const criteria = Object.keys(OWNER_SETTINGS).filter((name) => name !== 'team');
  if (Object.entries(written).every(([name, input]) => name === 'team' || !input)) {
    report({
      place,
      key,
      message: 'The rule matches nothing',
      allowed: `at least one of ${criteria.join(', ')}`,
    });
  }
  if (team === undefined) return undefined;
  const labels = [...(values.labels ?? [])].map(([name, { value }]) => [name, value]);
  return {
    team,
    namespaces: values.namespaces ?? [],
    clusters: values.clusters ?? [],
    labels: Object.fromEntries(labels),
    users: values.users ?? [],
    accessTokens: values.access_tokens ?? [],
    addresses: values.addresses ?? [],
    repositories: values.repositories ?? [],
  };
}

function readBudget({ values, written, place, key }: BudgetEntry, { report }: Scope): Budget | undefined {
  const { team, pulls, per } = values;
  if (!written.team) {
    report({ place, key: `${key}.team`, message: 'The team is missing', allowed: 'the name of a team' });
  }
  if (!written.pulls) {
    report({
      place,
      key: `${key}.pulls`,
      message: 'The number of pulls is missing',
      allowed: 'a number of pulls',
    });
  }
  return team === undefined || pulls === undefined ? undefined : { team, pulls, per };
}

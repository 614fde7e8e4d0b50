import { describe, expect, test } from 'vitest';
import { COMPATIBILITY_NAMES } from '../../src/domain/compatibility.ts';
import { type CredentialSnapshot, takeSnapshot } from '../../src/domain/credential-snapshot.ts';
import type { CredentialState } from '../../src/domain/credential-state.ts';
import { FAILURE_LABELS } from '../../src/domain/result.ts';
import { COMPATIBILITY_FAMILIES, compatibilityFamilies } from '../../src/metrics/compatibility-families.ts';
import { CREDENTIAL_FAMILIES, PROBE_FAMILIES } from '../../src/metrics/credential-families.ts';
import { EXPORTER_FAMILIES } from '../../src/metrics/exporter-section.ts';
import { collectFamilies, type FamilyDefinition, type Sample } from '../../src/metrics/family.ts';
import { outlookOf } from './outlooks.ts';
import { NOW, STATES } from './states.ts';

const VIEWS = Object.values(STATES).map(viewNow);
/** The time of the newest answers, in seconds since the epoch. */
const AT = NOW / 1_000 - 10;
const OF_CREDENTIALS = [...CREDENTIAL_FAMILIES, ...compatibilityFamilies(COMPATIBILITY_NAMES)];
const ALL: readonly FamilyDefinition<never>[] = [...OF_CREDENTIALS, ...EXPORTER_FAMILIES, ...PROBE_FAMILIES];
const OWN: readonly FamilyDefinition<never>[] = [
  ...CREDENTIAL_FAMILIES,
  ...EXPORTER_FAMILIES,
  ...PROBE_FAMILIES,
];

function viewNow(state: CredentialState): CredentialSnapshot {
  return takeSnapshot(state, NOW, outlookOf(state.identity.name));
}

function samplesOf(family: string, view: CredentialSnapshot): readonly Sample[] {
  return OF_CREDENTIALS.find(({ name }) => name === family)?.samples(view) ?? [];
}

function valueIn(family: string, state: keyof typeof STATES): number | undefined {
  return samplesOf(family, viewNow(STATES[state]))[0]?.value;
}

describe('families', () => {
  test('families have unique names', () => {
    const names = ALL.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test('families of Headroom are counters if and only if they end in _total', () => {
    const misnamed = OWN.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter'));
    expect(misnamed.map(({ name }) => name)).toEqual([]);
  });

  test.each(OF_CREDENTIALS.map((definition) => [definition.name, definition] as const))(
    '%s carries the labels it declares, on every sample',
    (_, { labels, samples }) => {
      const carried = VIEWS.flatMap((view) => samples(view).map((sample) => Object.keys(sample.labels)));
      expect(carried.length).toBeGreaterThan(0);
      expect(carried.filter((names) => names.join() !== labels.join())).toEqual([]);
    },
  );

  test.each(OF_CREDENTIALS.map((definition) => [definition.name, definition] as const))(
    '%s has no series for some state if and only if it states when it is absent',
    (_, { absent, samples }) => {
      const isEverAbsent = VIEWS.some((view) => samples(view).length === 0);
      expect(isEverAbsent).toBe(absent !== undefined);
    },
  );

  test('a credential has at most one source', () => {
    const counts = VIEWS.map((view) => samplesOf('dockerhub_ratelimit_source_info', view).length);
    expect(Math.max(...counts)).toBe(1);
  });

  /** The value for each state; undefined means no series. */
  test.each([
    { family: 'dockerhub_up', state: 'waiting', value: undefined },
    { family: 'dockerhub_up', state: 'limited', value: 1 },
    { family: 'dockerhub_up', state: 'unlimited', value: 1 },
    { family: 'dockerhub_up', state: 'failing', value: 0 },
    { family: 'dockerhub_up', state: 'expired', value: 0 },
    { family: 'dockerhub_ratelimit_remaining', state: 'exhausted', value: 0 },
    { family: 'dockerhub_ratelimit_remaining', state: 'overdrawn', value: -3 },
    { family: 'dockerhub_ratelimit_remaining', state: 'failing', value: 76 },
    { family: 'dockerhub_ratelimit_remaining', state: 'unheard', value: undefined },
    { family: 'dockerhub_ratelimit_remaining', state: 'unlimited', value: undefined },
    { family: 'dockerhub_ratelimit_remaining', state: 'expired', value: undefined },
    { family: 'dockerhub_ratelimit_window_seconds', state: 'no-window', value: undefined },
    { family: 'dockerhub_ratelimit_enforced', state: 'limited', value: 1 },
    { family: 'dockerhub_ratelimit_enforced', state: 'unlimited', value: 0 },
    { family: 'dockerhub_ratelimit_enforced', state: 'unheard', value: undefined },
    { family: 'dockerhub_ratelimit_source_info', state: 'no-source', value: undefined },
    { family: 'dockerhub_ratelimit_downgraded', state: 'limited', value: 0 },
    { family: 'dockerhub_ratelimit_downgraded', state: 'downgraded', value: 1 },
    { family: 'dockerhub_ratelimit_downgraded', state: 'rejected', value: undefined },
    { family: 'dockerhub_ratelimit_downgraded', state: 'limited-ipv6', value: undefined },
    { family: 'dockerhub_ratelimit_exhaustion_timestamp_seconds', state: 'limited', value: AT + 4_200 },
    { family: 'dockerhub_ratelimit_exhaustion_timestamp_seconds', state: 'exhausted', value: AT - 720 },
    { family: 'dockerhub_ratelimit_exhaustion_timestamp_seconds', state: 'limited-ipv6', value: undefined },
    { family: 'dockerhub_ratelimit_exhaustion_timestamp_seconds', state: 'unlimited', value: undefined },
    { family: 'dockerhub_ratelimit_exhaustion_timestamp_seconds', state: 'expired', value: undefined },
    {
      family: 'dockerhub_ratelimit_refill_earliest_timestamp_seconds',
      state: 'limited-ipv6',
      value: AT + 3_000,
    },
    {
      family: 'dockerhub_ratelimit_refill_latest_timestamp_seconds',
      state: 'limited-ipv6',
      value: AT + 3_660,
    },
    { family: 'dockerhub_ratelimit_refill_latest_timestamp_seconds', state: 'exhausted', value: AT + 2_880 },
    { family: 'dockerhub_ratelimit_refill_latest_timestamp_seconds', state: 'no-source', value: undefined },
    { family: 'dockerhub_ratelimit_refill_latest_timestamp_seconds', state: 'no-window', value: undefined },
    { family: 'dockerhub_polls_total', state: 'waiting', value: 0 },
    { family: 'dockerhub_poll_duration_seconds', state: 'limited', value: 0.25 },
    { family: 'dockerhub_last_poll_timestamp_seconds', state: 'limited', value: NOW / 1_000 - 10 },
    { family: 'dockerhub_last_success_timestamp_seconds', state: 'failing', value: NOW / 1_000 - 70 },
    { family: 'dockerhub_last_success_timestamp_seconds', state: 'unheard', value: undefined },
    { family: 'dockerhub_pull_errors_total', state: 'waiting', value: 0 },
    { family: 'dockerhub_pull_errors_total', state: 'abuse', value: 1 },
    { family: 'dockerhub_limit_remaining_requests_total', state: 'unlimited', value: undefined },
  ] as const)('$family of a credential that is $state has the value $value', ({ family, state, value }) => {
    expect(valueIn(family, state)).toBe(value);
  });

  test.each([
    { state: 'limited', abuse: 0, login: 0 },
    { state: 'abuse', abuse: 1, login: 0 },
    { state: 'locked-out', abuse: 0, login: 1 },
  ] as const)('dockerhub_ratelimit_blocked of $state names both reasons', ({ state, abuse, login }) => {
    const samples = samplesOf('dockerhub_ratelimit_blocked', viewNow(STATES[state]));
    expect(samples).toEqual([
      { labels: { credential: state, reason: 'abuse' }, value: abuse },
      { labels: { credential: state, reason: 'login' }, value: login },
    ]);
  });

  test('dockerhub_poll_failures_total starts at 0 for every reason', () => {
    const samples = samplesOf('dockerhub_poll_failures_total', viewNow(STATES.waiting));
    expect(samples.map(({ labels }) => labels.reason)).toEqual(FAILURE_LABELS);
    expect(samples.every(({ value }) => value === 0)).toBe(true);
  });

  test('dockerhub_poll_failures_total counts by reason', () => {
    const samples = samplesOf('dockerhub_poll_failures_total', viewNow(STATES.failing));
    expect(samples.filter(({ value }) => value > 0)).toEqual([
      { labels: { credential: 'failing', reason: 'timeout' }, value: 1 },
    ]);
  });
});

describe('compatibilityFamilies()', () => {
  test('compatibilityFamilies() returns a family of two exporters once', () => {
    expect(compatibilityFamilies(['viadee', 'gitlab'])).toEqual(COMPATIBILITY_FAMILIES.viadee);
    expect(compatibilityFamilies([])).toEqual([]);
  });

  /** The output of these exporters for 76 of 200 pulls, plus the labels that the documentation names as added by Headroom. */
  test.each([
    {
      exporter: 'viadee',
      state: 'limited',
      samples: [
        ['dockerhub_limit_remaining_requests_total', { limit: 'remaining_requests_total' }, 76],
        ['dockerhub_limit_max_requests_total', { limit: 'max_requests_total' }, 200],
      ],
    },
    {
      exporter: 'jadolg',
      state: 'limited',
      samples: [
        ['dockerhub_pull_limit_total', { account: 'limited', source: 'acmeci' }, 200],
        ['dockerhub_pull_limit', { account: 'limited', source: 'acmeci' }, 200],
        ['dockerhub_pull_remaining_total', { account: 'limited', source: 'acmeci' }, 76],
        ['dockerhub_pull_remaining', { account: 'limited', source: 'acmeci' }, 76],
        ['dockerhub_pull_limit_window_seconds', { account: 'limited', source: 'acmeci' }, 3_600],
        ['dockerhub_pull_remaining_window_seconds', { account: 'limited', source: 'acmeci' }, 3_600],
        ['dockerhub_pull_errors_total', { account: 'limited' }, 0],
      ],
    },
    {
      exporter: 'tcaty',
      state: 'limited',
      samples: [
        ['dockerhub_rate_limit_total', { host: 'acmeci', mode: 'authenticated', username: 'limited' }, 200],
        [
          'dockerhub_rate_limit_remaining',
          { host: 'acmeci', mode: 'authenticated', username: 'limited' },
          76,
        ],
      ],
    },
    {
      exporter: 'tcaty',
      state: 'no-window',
      samples: [
        ['dockerhub_rate_limit_total', { host: '192.0.2.1', mode: 'anonymous', username: '' }, 100],
        ['dockerhub_rate_limit_remaining', { host: '192.0.2.1', mode: 'anonymous', username: '' }, 76],
      ],
    },
  ] as const)(
    'compatibilityFamilies() speaks as $exporter does of $state',
    ({ exporter, state, samples }) => {
      const families = collectFamilies(compatibilityFamilies([exporter]), viewNow(STATES[state]));
      const spoken = families.map(({ name, samples: [sample] }) => {
        const { credential, ...labels } = sample?.labels ?? {};
        return [name, labels, sample?.value];
      });
      expect(spoken).toEqual(samples);
    },
  );

  test('compatibilityFamilies() distinguishes two anonymous credentials of one address', () => {
    const families = compatibilityFamilies(COMPATIBILITY_NAMES);
    const series = [STATES.exhausted, STATES.overdrawn].flatMap((state) =>
      families.flatMap(({ name, samples }) =>
        samples(viewNow(state)).map(({ labels }) => `${name} ${JSON.stringify(labels)}`),
      ),
    );
    expect(new Set(series).size).toBe(series.length);
  });
});

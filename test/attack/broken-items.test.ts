import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/domain/alerts/alert.ts';
import { CONDITIONS } from '../../src/domain/alerts/rules/alert-rule.ts';
import { evaluateRule } from '../../src/domain/alerts/rules/evaluate-rule.ts';
import { alertWords } from '../../src/domain/alerts/wording/alert-text.ts';
import { plainText } from '../../src/domain/alerts/wording/words.ts';
import { brokenSnapshot, takeContainedSnapshot } from '../../src/domain/credential-snapshot.ts';
import type { LiveEvent, LiveListener } from '../../src/domain/history/live-event.ts';
import { createContainment } from '../../src/kit/contain.ts';
import { CREDENTIAL_FAMILIES } from '../../src/metrics/credential-families.ts';
import { createSectionWriter } from '../../src/metrics/credential-section.ts';
import { alertmanagerAlert } from '../../src/notify/alertmanager/alertmanager-channel.ts';
import { toAlertJson } from '../../src/web/alerts/api-routes.ts';
import { toAlertsPage } from '../../src/web/alerts/page.ts';
import { createLiveFeed } from '../../src/web/api/live-feed.ts';
import { toOverviewPage } from '../../src/web/overview/page.ts';
import { DEFAULT_QUERY } from '../../src/web/overview/query.ts';
import { ruleOf } from '../domain/alerts/rule-of.ts';
import { accountAlert } from '../domain/alerts/sample-alerts.ts';
import { left, snapshotWith } from '../domain/alerts/snapshots.ts';
import { resultOf } from '../web/changing-states.ts';
import { metered, NOW, snapshotOf, stateAfter } from '../web/states.ts';

/** A containment, and its reports. */
function contained() {
  const reports: string[] = [];
  return { reports, contain: createContainment((surface, item) => reports.push(`${surface}: ${item}`)) };
}

/** Returns an object whose properties throw, except the given ones. */
function hostile<T extends object>(value: T, kept: readonly (keyof T)[]): T {
  return new Proxy(value, {
    get(target, key) {
      if ((kept as readonly PropertyKey[]).includes(key)) return Reflect.get(target, key);
      throw new TypeError(`${String(key)} is broken`);
    },
  });
}

const GOOD = stateAfter('good', [metered(7, 100, 'good')]);
const BAD = hostile(stateAfter('bad', [metered(7, 100, 'bad')]), ['identity']);

describe('a credential that throws', () => {
  test('takeContainedSnapshot() marks it as broken, and reports it once', () => {
    const { contain, reports } = contained();
    for (let i = 0; i < 3; i++) {
      const view = takeContainedSnapshot(BAD, undefined, NOW, contain);
      expect(view).toEqual(brokenSnapshot(BAD, new TypeError('known is broken'), NOW));
    }
    expect(reports).toEqual(['credential: bad']);
  });

  test.each([
    ['an impossible instant', { at: 1e300 }],
    ['no number', { durationMs: Number.NaN }],
  ])('takeContainedSnapshot() treats %s as broken', (_name, difference) => {
    const state = { ...GOOD, latest: GOOD.latest && { ...GOOD.latest, ...difference } };
    expect(takeContainedSnapshot(state, undefined, NOW).latest?.outcome).toMatchObject({
      reason: 'internal',
    });
  });

  test('is 0 in the exposition, between the others', () => {
    const { contain } = contained();
    const section = createSectionWriter(CREDENTIAL_FAMILIES, contain)([BAD, GOOD], () => undefined, NOW);
    const text = Buffer.concat(section.in('text')).toString();
    expect(text).toContain('dockerhub_up{credential="bad"} 0\ndockerhub_up{credential="good"} 1\n');
    expect(text).toContain('dockerhub_ratelimit_remaining{credential="good"} 7\n');
    expect(text).not.toContain('dockerhub_ratelimit_remaining{credential="bad"}');
  });

  test('is a metric that throws for one credential only', () => {
    const { contain, reports } = contained();
    const families = CREDENTIAL_FAMILIES.map((family) => ({
      ...family,
      samples: (view: Parameters<typeof family.samples>[0]) => {
        if (view.name === 'bad' && view.up) throw new TypeError('broken');
        return family.samples(view);
      },
    }));
    const states = [stateAfter('bad', [metered(7, 100)]), GOOD];
    const section = createSectionWriter(families, contain)(states, () => undefined, NOW);
    const text = Buffer.concat(section.in('text')).toString();
    expect(text).toContain('dockerhub_up{credential="bad"} 0\ndockerhub_up{credential="good"} 1\n');
    expect(reports).toEqual(['metrics: bad']);
  });
});

test('a bucket that throws is a card with a message, beside the others', () => {
  const { contain, reports } = contained();
  const page = toOverviewPage({
    snapshots: [snapshotOf(stateAfter('bad', [metered(7, 100, 'bad')])), snapshotOf(GOOD)],
    fleet: undefined,
    query: DEFAULT_QUERY,
    eventId: '',
    now: NOW,
    contain,
    courseOf: (name) => {
      if (name === 'bad') throw new TypeError('broken');
      return undefined;
    },
    routeOf: () => undefined,
  });
  const cards = page.groups.flatMap((group) => group.cards);
  const problemsOf = (name: string) =>
    cards.find(({ members }) => members[0]?.name === name)?.problems.map(({ meaning }) => meaning);
  expect(problemsOf('bad')).toEqual(['This bucket cannot be shown.']);
  expect(problemsOf('good')).not.toContain('This bucket cannot be shown.');
  expect(reports).toEqual(['overview: source bad']);
});

describe('an alert that throws', () => {
  const absurd = (differences: Partial<Alert> = {}) =>
    accountAlert('acme', {
      facts: { ...accountAlert('acme').facts, windowSeconds: 21_600_000_000_000, at: 1e300 },
      ...differences,
    });

  test.each(CONDITIONS)('of the condition %s is sent without its details', (when) => {
    for (const state of ['firing', 'resolved'] as const) {
      const alert = absurd({ when, state, resolvedAt: state === 'resolved' ? NOW : undefined });
      const { headline, facts, fault } = alertWords(alert, 'fire', NOW);
      expect(plainText(headline)).toMatch(/Docker Hub|acme/);
      expect(plainText(facts)).toBe('The details of this alert cannot be shown.');
      expect(fault).toBe('One of its numbers is not believable');
    }
  });

  test('is a card of the page and an object of the API, beside the others', () => {
    const broken = absurd({ firedAt: Number.NaN, fingerprint: 'broken' });
    const { contain, reports } = contained();
    const page = toAlertsPage(
      {
        service: {
          alerts: () => [broken, accountAlert('good')],
          silences: () => [],
          events: () => [{ kind: 'firing', at: Number.NaN, alert: broken }],
          receivers: () => [],
        } as never,
        states: [],
        pageUrl: undefined,
        eventId: '',
        notice: undefined,
        contain,
      },
      NOW,
    );
    const cards = page.groups.flatMap((group) => group.cards);
    expect(cards.map(({ sentences }) => sentences[0])).toContain(
      'The details of this alert cannot be shown.',
    );
    expect(cards).toHaveLength(2);
    expect(page.past.map(({ words }) => words)).toEqual(['This event cannot be shown']);
    expect(reports).toEqual(['alerts page: broken', 'past alerts: event 0 of firing']);
    expect(() => toAlertJson(broken, NOW)).toThrow(RangeError);
  });

  test('is sent to Alertmanager with a valid time', () => {
    const context = { now: NOW, pageUrl: 'https://headroom.example.com/', lifetimeMs: 60_000 };
    expect(alertmanagerAlert(absurd({ firedAt: 1e300 }), context)).toMatchObject({
      startsAt: '0001-01-01T00:00:00Z',
    });
  });
});

test('a bucket that cannot be evaluated changes no alert, and the others are evaluated', () => {
  const { contain, reports } = contained();
  const broken = hostile(snapshotWith({ name: 'bad', known: left(0, { source: undefined }) }), [
    'name',
    'known',
  ]);
  const good = snapshotWith({ name: 'good', known: left(0) });
  const memory = {
    record: () => undefined,
    baseline: () => undefined,
    open: () => [],
    isExhausted: () => false,
  };
  const rule = ruleOf({ condition: { when: 'exhausted' } });
  const outcomes = evaluateRule(rule, [broken, good], memory, 'https://h/', NOW, contain);
  expect(outcomes.map(({ advance }) => advance.record?.alert.credentials)).toEqual([undefined, ['good']]);
  expect(reports).toHaveLength(1);
});

test('an event that cannot be serialized is replaced by an error event, and the stream continues', () => {
  const { contain, reports } = contained();
  let tell: LiveListener = () => undefined;
  const feed = createLiveFeed(
    (listener) => {
      tell = listener;
      return () => undefined;
    },
    'run',
    10,
    contain,
  );
  const result = resultOf('bad');
  const broken = result.kind === 'result' ? { ...result.result, at: 1e300 } : undefined;
  tell({ kind: 'result', result: broken } as LiveEvent);
  tell(resultOf('good'));
  const texts = feed.after('run-0')?.map((entry) => entry.text()) ?? [];
  expect(texts[0]).toBe('id: run-1\nevent: result\ndata: {"error":"This event cannot be shown"}\n\n');
  expect(texts[1]).toContain('"credential":"good"');
  expect(reports).toEqual(['events: bad']);
});

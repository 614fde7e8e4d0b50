import { expect, test } from 'vitest';
import type { Alert } from '../../../../src/domain/alerts/alert.ts';
import {
  alertWords,
  clauseSentence,
  lastedWords,
  limitWords,
} from '../../../../src/domain/alerts/wording/alert-text.ts';
import { overviewUrl, runbookUrl, subjectUrl } from '../../../../src/domain/alerts/wording/links.ts';
import { plainText } from '../../../../src/domain/alerts/wording/words.ts';
import { BLOCKS, FAILURES } from '../../../../src/domain/failure.ts';
import {
  accountSubject,
  after,
  alertOf,
  credentialSubject,
  EXHAUSTED,
  HUB,
  LASTING,
  NOW,
  RUNNING_OUT,
  TOO_LITTLE,
} from '../sample-alerts.ts';
import { left } from '../snapshots.ts';

test.each([
  [100, 3_600, '100 pulls per hour'],
  [5_000, 86_400, '5,000 pulls per day'],
  [200, 21_600, '200 pulls per 6 hours'],
  [1, 5_400, '1 pull per 90 minutes'],
  [100, undefined, '100 pulls'],
])('limitWords() calls %d in %s s %s', (limit, windowSeconds, words) => {
  expect(limitWords(limit, windowSeconds)).toBe(words);
});

test.each([
  [-5, 'less than a minute'],
  [59_000, 'less than a minute'],
  [60_000, '1 minute'],
  [42 * 60_000, '42 minutes'],
  [3_600_000, '1 hour'],
  [125 * 60_000, '2 hours 5 minutes'],
  [76 * 3_600_000, '3 days 4 hours'],
])('lastedWords() calls %d ms %s', (lastedMs, words) => {
  expect(lastedWords(lastedMs)).toBe(words);
});

test('clauseSentence() begins and ends a clause as a sentence, and keeps it short', () => {
  expect(clauseSentence('the name could not be resolved')).toBe('The name could not be resolved.');
  expect(clauseSentence('Is it there?')).toBe('Is it there?');
  expect(clauseSentence('')).toBe('');
  expect(clauseSentence('x'.repeat(1_000))).toHaveLength(400);
});

const PAGE = 'https://headroom.example.com/docker/';

test('subjectUrl() leads to the page of the first credential, below any prefix', () => {
  const alert = alertOf({ credentials: ['nat b', 'ci'] });
  expect(subjectUrl(alert, PAGE)).toBe('https://headroom.example.com/docker/credentials/nat%20b');
  expect(subjectUrl(alertOf({ subject: HUB }), PAGE)).toBe(PAGE);
  expect(subjectUrl(alertOf({ credentials: ['../../admin\uD800'] }), PAGE)).toBe(
    'https://headroom.example.com/docker/credentials/..%2F..%2Fadmin%EF%BF%BD',
  );
});

test('runbookUrl() leads to the runbook of the rule, or to that of Headroom', () => {
  expect(runbookUrl(alertOf({ runbookUrl: 'https://wiki.example.com/pulls' }), PAGE)).toBe(
    'https://wiki.example.com/pulls',
  );
  expect(runbookUrl(alertOf({ runbookUrl: '/runbooks/RateLimitLow' }), PAGE)).toBe(
    `${PAGE}runbooks/RateLimitLow`,
  );
});

test.each([
  ['an address without a host', 'localhost'],
  ['another protocol', 'javascript:alert(1)//'],
  ['a long one', `https://example.com/${'x'.repeat(3_000)}/`],
])('overviewUrl() leads nowhere for %s', (_, pageUrl) => {
  expect(overviewUrl(pageUrl)).toBeUndefined();
});

/** The whole text of an alert, a line for each of its parts. */
function say(alert: Alert, transition: 'fire' | 'repeat' | 'resolve' = 'fire', now = NOW): string {
  const { headline, facts, credentials: drawers, forecast, advice } = alertWords(alert, transition, now);
  return [headline, facts, drawers, forecast, advice]
    .filter((part) => part !== undefined)
    .map(plainText)
    .join('\n');
}

/** The text of an alert once it is over, 42 minutes after it began. */
function over(alert: Alert, resolution: Alert['resolution'] = 'recovered'): string {
  return say({ ...alert, state: 'resolved', resolvedAt: after(42), resolution }, 'resolve', after(42));
}

const rejected = alertOf(
  { when: 'rejected', subject: credentialSubject('old-token'), credentials: ['old-token'] },
  {
    trouble: { reason: 'unauthorized', ...FAILURES.unauthorized },
    forecast: undefined,
    remaining: undefined,
  },
);
const blocked = alertOf(
  { when: 'blocked', credentials: ['scanner'] },
  { trouble: { reason: 'abuse', ...BLOCKS.abuse }, forecast: undefined },
);
const downgraded = alertOf(
  { when: 'downgraded', subject: credentialSubject('contractor'), credentials: ['contractor'] },
  { remaining: 60, forecast: undefined },
);
const changed = alertOf(
  { when: 'changed', severity: 'info', subject: accountSubject('acmeci'), credentials: ['ci'] },
  { remaining: 150, limit: 200, before: { limit: 200, windowSeconds: 21_600 } },
);
const unreachable = alertOf(
  { when: 'unreachable', subject: HUB, pendingAt: after(-10) },
  { lastSuccessAt: after(-11), trouble: { reason: 'timeout', ...FAILURES.timeout }, forecast: undefined },
);
const low = alertOf({ when: 'low', severity: 'warning' }, { remaining: 18, forecast: RUNNING_OUT });

test('alertWords() states what is empty, since when, for which credentials, when it comes back and what to do', () => {
  expect(say(alertOf())).toMatchInlineSnapshot(`
    "Docker Hub pulls are used up for 203.0.113.7
    0 of 100 pulls per hour are left, since 02:14 UTC.
    Used by cluster-a, cluster-b and nat-b.
    The first pulls come back between 02:45 and 02:50 UTC, all of them between 03:06 and 03:14 UTC, if nothing else is pulled.
    Pause rollouts and builds until pulls come back. If something cannot wait: sign in, since a login has its own pulls, or pull from a mirror."
  `);
});

// alert | its advice
test.each([
  [
    alertOf({}, { mostLeft: { credential: 'pull-secret', limited: left(200, { limit: 200 }) } }),
    'Most is left with pull-secret: 200 of 200 pulls per hour. Use it for what cannot wait. Pause all other rollouts and builds until pulls come back.',
  ],
  [
    alertOf({}, { mostLeft: { credential: 'paid', limited: undefined } }),
    'paid has no limit. Use it for what cannot wait. Pause all other rollouts and builds until pulls come back.',
  ],
  [
    alertOf({ when: 'low' }, { mostLeft: { credential: 'nat-b', limited: left(1, { limit: 1 }) } }),
    'Most is left with nat-b: 1 of 1 pull per hour. Use it for rollouts and builds that cannot wait. Pause the others.',
  ],
])('alertWords() advises the credential with the most pulls left', (alert, advice) => {
  expect(plainText(alertWords(alert, 'fire', NOW).advice)).toBe(advice);
});

test('alertWords() writes "still" and for how long, when it repeats itself', () => {
  expect(say(alertOf(), 'repeat', after(40))).toMatchInlineSnapshot(`
    "Docker Hub pulls are still used up for 203.0.113.7
    0 of 100 pulls per hour are left, since 02:14 UTC (40 minutes).
    Used by cluster-a, cluster-b and nat-b.
    The first pulls come back any minute, all of them between 03:06 and 03:14 UTC, if nothing else is pulled.
    Pause rollouts and builds until pulls come back. If something cannot wait: sign in, since a login has its own pulls, or pull from a mirror."
  `);
});

test('alertWords() states what comes next for every other condition', () => {
  expect(say(low)).toMatchInlineSnapshot(`
    "Docker Hub pulls are low for 203.0.113.7
    18 of 100 pulls per hour are left. This has lasted since 02:14 UTC.
    Used by cluster-a, cluster-b and nat-b.
    The pulls will be used up between 02:21 and 02:30 UTC. 62 to 118 pulls are expected within the next hour.
    Pause rollouts and builds that can wait. For the others, sign in or pull from a mirror before the pulls are used up."
  `);
  expect(say({ ...low, when: 'running_out' })).toMatchInlineSnapshot(`
    "Docker Hub pulls are running out for 203.0.113.7
    18 of 100 pulls per hour are left. This has lasted since 02:14 UTC.
    Used by cluster-a, cluster-b and nat-b.
    The pulls will be used up between 02:21 and 02:30 UTC. 62 to 118 pulls are expected within the next hour.
    Pause rollouts and builds that can wait. For the others, sign in or pull from a mirror before the pulls are used up."
  `);
  expect(say(rejected)).toMatchInlineSnapshot(`
    "Docker Hub rejects the login old-token
    This has lasted since 02:14 UTC.
    Check user name and password or access token; the same password is sent again only after 10 minutes."
  `);
  expect(say(blocked)).toMatchInlineSnapshot(`
    "Docker Hub blocks 203.0.113.7
    Docker Hub refuses requests from this address for a while. This has lasted since 02:14 UTC.
    Used by scanner.
    Something at this address sends thousands of requests a minute; find it. Headroom checks again after a pause."
  `);
  expect(say(downgraded)).toMatchInlineSnapshot(`
    "Docker Hub meters the login contractor as anonymous
    60 of 100 pulls per hour are left. This has lasted since 02:14 UTC.
    Check that the login still works, which plan it has, and whether a proxy or mirror removes it from requests. Until this is fixed, its pulls are counted together with all others from this address."
  `);
  expect(say(changed)).toMatchInlineSnapshot(`
    "Docker Hub has changed the limit of the account acmeci
    It is 200 pulls per hour now, and was 200 pulls per 6 hours before.
    Used by ci.
    Nothing is broken. Check that rollouts and builds fit into the new limit."
  `);
  expect(say(unreachable)).toMatchInlineSnapshot(`
    "Docker Hub does not answer
    No probe has succeeded since 02:03 UTC (11 minutes). Docker Hub did not answer in time.
    How many pulls are left for cluster-a, cluster-b and nat-b is unknown until it answers.
    Check the network path and proxy to Docker Hub; raise poll.timeout if the path is slow."
  `);
});

test('alertWords() states how it ended, how long it lasted, and nothing to do', () => {
  expect(over(alertOf({}, { remaining: 63 }))).toMatchInlineSnapshot(`
    "Docker Hub pulls are back for 203.0.113.7
    63 of 100 pulls per hour are left. It lasted 42 minutes, from 02:14 to 02:56 UTC.
    Used by cluster-a, cluster-b and nat-b."
  `);
  expect(over(alertOf({}, { remaining: 63 }), 'removed')).toMatchInlineSnapshot(`
    "Headroom no longer monitors 203.0.113.7 for RateLimitExhausted
    63 of 100 pulls per hour are left. Its rule has been removed, or no credential uses it any more.
    Used by cluster-a, cluster-b and nat-b."
  `);
  expect(over({ ...low, facts: { ...low.facts, remaining: 63 } })).toMatchInlineSnapshot(`
    "Docker Hub pulls are no longer low for 203.0.113.7
    63 of 100 pulls per hour are left. It lasted 42 minutes, from 02:14 to 02:56 UTC.
    Used by cluster-a, cluster-b and nat-b."
  `);
  expect(over(rejected)).toMatchInlineSnapshot(`
    "Docker Hub accepts the login old-token again
    It lasted 42 minutes, from 02:14 to 02:56 UTC."
  `);
  expect(over(unreachable)).toMatchInlineSnapshot(`
    "Docker Hub answers again
    It lasted 53 minutes, from 02:03 to 02:56 UTC."
  `);
  expect(over(changed)).toMatchInlineSnapshot(`
    "The changed limit of the account acmeci is now treated as normal
    It is 200 pulls per hour now, and was 200 pulls per 6 hours before.
    Used by ci."
  `);
});

test('alertWords() does not call it better when what was foreseen has come true', () => {
  expect(
    over({ ...low, when: 'running_out', facts: { ...low.facts, remaining: 0 } }, 'overtaken'),
  ).toMatchInlineSnapshot(`
    "Docker Hub pulls are used up for 203.0.113.7, as forecast
    0 of 100 pulls per hour are left. It lasted 42 minutes, from 02:14 to 02:56 UTC.
    Used by cluster-a, cluster-b and nat-b."
  `);
});

test('alertWords() determines whose bucket it is', () => {
  const account = alertOf({ subject: accountSubject('acmeci'), credentials: ['ci'] });
  const nameless = alertOf({
    subject: { kind: 'bucket', key: 'ci', source: undefined },
    credentials: ['ci'],
  });
  expect(say(account)).toMatchInlineSnapshot(`
    "Docker Hub pulls are used up for the account acmeci
    0 of 100 pulls per hour are left, since 02:14 UTC.
    Used by ci.
    The first pulls come back between 02:45 and 02:50 UTC, all of them between 03:06 and 03:14 UTC, if nothing else is pulled.
    Pause rollouts and builds until pulls come back. If something cannot wait: pull from a mirror, or with another account."
  `);
  expect(say(nameless)).toMatchInlineSnapshot(`
    "Docker Hub pulls are used up for the credential ci
    0 of 100 pulls per hour are left, since 02:14 UTC.
    The first pulls come back between 02:45 and 02:50 UTC, all of them between 03:06 and 03:14 UTC, if nothing else is pulled.
    Pause rollouts and builds until pulls come back. If something cannot wait: pull from a mirror, or with another account."
  `);
});

test('alertWords() names a dozen credentials and counts the rest', () => {
  const names = Array.from({ length: 49 }, (_, i) => `runner-${i}`);
  const { credentials: drawers } = alertWords(alertOf({ credentials: names }), 'fire', NOW);
  expect(plainText(drawers ?? [])).toBe(
    'Used by runner-0, runner-1, runner-2, runner-3, runner-4, runner-5, runner-6, runner-7, runner-8, runner-9, ' +
      'runner-10, runner-11 and 37 more.',
  );
});

/** What is said of the future, by what is known of it. */
const FORECASTS: [string, Alert][] = [
  ['nothing', alertOf({}, { forecast: undefined })],
  [
    'what was foreseen before it was empty',
    alertOf(
      {},
      {
        forecast: {
          ...RUNNING_OUT,
          returns: [
            {
              hypothesis: 'sliding',
              weight: 0.8,
              returns: [{ earliest: after(31), latest: after(33), pulls: 4 }],
            },
            {
              hypothesis: 'fixed-clock',
              weight: 0.1,
              returns: [{ earliest: after(46), latest: after(46), pulls: 82 }],
            },
          ],
        },
      },
    ),
  ],
  ['no window either', alertOf({}, { forecast: undefined, windowSeconds: undefined })],
  ['all pulls come back at once', alertOf({}, { forecast: { ...EXHAUSTED, firstReturn: EXHAUSTED.refill } })],
  [
    'it is time',
    alertOf({}, { forecast: { ...EXHAUSTED, firstReturn: { earliest: NOW, latest: after(4) } } }),
  ],
  [
    'to the minute',
    alertOf(
      {},
      { forecast: { ...EXHAUSTED, firstReturn: null, refill: { earliest: after(9), latest: after(9) } } },
    ),
  ],
  [
    'tomorrow',
    alertOf({}, { forecast: { ...EXHAUSTED, refill: { earliest: after(1_400), latest: after(1_440) } } }),
  ],
  ['it will do', { ...low, facts: { ...low.facts, forecast: LASTING } }],
  ['too few answers', { ...low, facts: { ...low.facts, forecast: TOO_LITTLE } }],
  [
    'the answers are old',
    { ...low, facts: { ...low.facts, forecast: { kind: 'unknown', reason: 'stale' } } },
  ],
  [
    'it may last',
    {
      ...low,
      facts: {
        ...low.facts,
        forecast: { ...RUNNING_OUT, exhaustion: { earliest: after(20), likely: after(50), latest: null } },
      },
    },
  ],
  [
    'a wide range',
    {
      ...low,
      facts: {
        ...low.facts,
        forecast: {
          ...RUNNING_OUT,
          exhaustion: { earliest: after(5), likely: after(50), latest: after(90) },
        },
      },
    },
  ],
];

test('alertWords() foresees as much as is known', () => {
  const said = FORECASTS.map(([known, alert]) => {
    return `${known}: ${plainText(alertWords(alert, 'fire', NOW).forecast ?? [])}`;
  });
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "nothing: All pulls are back by 03:14 UTC at the latest, if nothing else is pulled.
    what was foreseen before it was empty: The first pulls come back between 02:45 and 03:00 UTC. All pulls are back by 03:14 UTC at the latest, if nothing else is pulled.
    no window either: When pulls come back is unknown: Docker Hub reports no window.
    all pulls come back at once: All pulls come back between 03:06 and 03:14 UTC, if nothing else is pulled.
    it is time: The first pulls come back by 02:18 UTC, all of them between 03:06 and 03:14 UTC, if nothing else is pulled.
    to the minute: All pulls come back at 02:23 UTC, if nothing else is pulled.
    tomorrow: The first pulls come back between 02:45 and 02:50 UTC, all of them between 2026-11-25 01:34 and 02:14 UTC, if nothing else is pulled.
    it will do: The pulls are not likely to be used up before they come back. All pulls come back between 03:02 and 03:12 UTC, if nothing else is pulled.
    too few answers: It is too early to forecast when the pulls will be used up. All pulls are back by 03:14 UTC at the latest, if nothing else is pulled.
    the answers are old: The newest reading is too old for a forecast. All pulls are back by 03:14 UTC at the latest, if nothing else is pulled.
    it may last: The pulls may be used up as early as 02:34 UTC. 62 to 118 pulls are expected within the next hour.
    a wide range: The pulls may be used up as early as 02:19 UTC. 62 to 118 pulls are expected within the next hour."
  `);
});

test('alertWords() states what it can where next to nothing is known', () => {
  const unknown = { remaining: undefined, limit: undefined, windowSeconds: undefined, forecast: undefined };
  expect(say(alertOf({}, unknown))).toMatchInlineSnapshot(`
    "Docker Hub pulls are used up for 203.0.113.7
    This has lasted since 02:14 UTC.
    Used by cluster-a, cluster-b and nat-b.
    When pulls come back is unknown: Docker Hub reports no window.
    Pause rollouts and builds until pulls come back. If something cannot wait: sign in, since a login has its own pulls, or pull from a mirror."
  `);
  expect(
    say(alertOf({ when: 'unreachable', subject: HUB }, { ...unknown, lastSuccessAt: undefined })),
  ).toMatchInlineSnapshot(`
    "Docker Hub does not answer
    No probe has succeeded yet.
    How many pulls are left for cluster-a, cluster-b and nat-b is unknown until it answers.
    Check firewall, route and local_address; egress to port 443 must be open."
  `);
  expect(say(alertOf({ when: 'changed' }, unknown))).toMatchInlineSnapshot(`
    "Docker Hub has changed the limit of 203.0.113.7

    Used by cluster-a, cluster-b and nat-b.
    Nothing is broken. Check that rollouts and builds fit into the new limit."
  `);
});

import { beforeAll, describe, expect, test } from 'vitest';
import type { AlertsConfig } from '../../src/domain/alerts/delivery/receiver.ts';
import { DEFAULT_RULES } from '../../src/domain/alerts/rules/alert-rule.ts';
import { seededRandom } from '../../src/kit/seeded-random.ts';
import { loadScenario } from '../../src/simulator/scenario/load-scenario.ts';
import { type Foresight, foreseeRecording } from './replay/foresee-recording.ts';
import { type Recording, recordScenario } from './replay/record-scenario.ts';
import { type Delivered, type ReplayOptions, replay } from './replay/replay.ts';
import { transcribe } from './replay/transcript.ts';
import { receiver } from './test-receivers.ts';

const MINUTE_MS = 60_000;
const RESTARTS = 200;
const SLOWNESS = 6;
/** The interval of evaluations. A restart evaluates at once, so that a rule with a forecast may begin that much earlier. */
const EVALUATION_MS = 30_000;
/** How much later a message may come: crashes follow each other here, and everything is looked at every 30 s only. */
const LATER_MS = 5 * MINUTE_MS;

/** One that gets everything, one with ends and reminders, and one that is down in the worst part of the week. */
const CONFIG: AlertsConfig = {
  rules: DEFAULT_RULES,
  receivers: [
    receiver('slack'),
    receiver('pager', {
      repeatIntervalMs: 20 * MINUTE_MS,
      target: { kind: 'pagerduty', routingKey: () => Promise.reject(new Error('Unused')), url: 'unused' },
    }),
    receiver('sleeper', {
      quietHours: { fromMinute: 0, toMinute: 8 * 60 + 30, timeZone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6] },
    }),
  ],
};

const ONE_RECEIVER: AlertsConfig = { rules: DEFAULT_RULES, receivers: [receiver('slack')] };

describe('a week in an office', () => {
  let recording: Recording;
  let foresight: Foresight;
  let undisturbed: readonly Delivered[];

  beforeAll(async () => {
    recording = recordScenario(await loadScenario('office-week'), 2 * MINUTE_MS);
    foresight = foreseeRecording(recording, 30 * MINUTE_MS);
    undisturbed = live({});
  });

  function live(options: ReplayOptions): readonly Delivered[] {
    return replay(recording, foresight, { slowness: SLOWNESS, config: CONFIG, ...options });
  }

  test('the messages are those that a person would send', async () => {
    const text = transcribe(recording.scenario.title, live({ config: ONE_RECEIVER }));
    await expect(text).toMatchFileSnapshot('golden/office-week.golden.txt');
  });

  test('200 restarts at random moments: the same messages, none twice, none lost', () => {
    const random = seededRandom(5);
    const moments = new Set<number>();
    while (moments.size < RESTARTS) moments.add(Math.floor(random() * recording.observations.length));
    const delivered = live({ crashesBefore: (i) => moments.has(i) });
    expectSame(delivered, undisturbed);
  });

  test('200 restarts at any commit, before and after it: the same messages, none lost, and none twice under another id', () => {
    const random = seededRandom(6);
    let crashes = 0;
    const delivered = live({
      crashesAtCommit() {
        if (crashes >= RESTARTS || random() < 0.2) return undefined;
        crashes += 1;
        return random() < 0.5 ? 'before' : 'after';
      },
    });
    expect(crashes).toBe(RESTARTS);
    expectSame(withoutCopies(delivered), undisturbed);
  });
});

/** A crash between the arrival of a message and the note of it sends the message again, with its id. */
function withoutCopies(delivered: readonly Delivered[]): readonly Delivered[] {
  return [...new Map([...delivered].reverse().map((one) => [one.notification.id, one])).values()].reverse();
}

function expectSame(delivered: readonly Delivered[], expected: readonly Delivered[]): void {
  expect(gist(delivered)).toEqual(gist(expected));
  for (const [i, { at, notification }] of delivered.entries()) {
    expect(Math.abs(at - (expected[i]?.at ?? 0))).toBeLessThanOrEqual(LATER_MS);
    for (const [j, { pendingAt }] of notification.alerts.entries()) {
      const other = expected[i]?.notification.alerts[j]?.pendingAt ?? 0;
      expect(Math.abs(pendingAt - other)).toBeLessThanOrEqual(EVALUATION_MS);
    }
  }
}

/** What of a message must not change: its receiver, alerts and thread. */
function gist(delivered: readonly Delivered[]): readonly string[] {
  return delivered.map(({ notification: { receiver, transition, alerts, thread } }) => {
    const named = alerts.map(({ rule, subject }) => `${rule} ${subject.key}`);
    return `${receiver} ${transition} ${named.join(', ')} ${thread === undefined ? 'begins' : 'continues'}`;
  });
}

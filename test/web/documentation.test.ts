import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HISTORY_COLUMNS, toHistoryJson } from '../../src/domain/history/history-text.ts';
import { gapAt } from '../../src/domain/history/query.ts';
import type { PullRange } from '../../src/domain/pull-cost/pull-range.ts';
import { restOf } from '../../src/domain/spending/spending-report.ts';
import { STATUSES } from '../../src/domain/status.ts';
import { toCredentialJson } from '../../src/web/api/credential-json.ts';
import { STATUS_WORDS } from '../../src/web/credential-words.ts';
import { foreseen } from '../domain/forecasts.ts';
import { loss, spendingOf, sum } from './spending/spending-fixtures.ts';
import { startWeb } from './start-web.ts';
import { NOW, STATE_IN, snapshotOf } from './states.ts';

const TEXT = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8');
const EXAMPLES = [...TEXT.matchAll(/```json\n(.*?)```/gs)].map((match) => JSON.parse(match[1] ?? ''));

describe('docs/http.md', () => {
  test('names every state in the words of the page, worst first', () => {
    const rows = [...TEXT.matchAll(/^\| (\w[^|]*?) +\|.*\| `(\w+)` +\|$/gm)].map(([, label, status]) => [
      status,
      label,
    ]);
    expect(rows).toEqual(STATUSES.map((status) => [status, STATUS_WORDS[status].label]));
  });

  test('shows the summary as it is answered', async () => {
    const states = () => [STATE_IN.low, STATE_IN.ok];
    const fleet = () => ({ members: [], readAt: NOW, problem: undefined, warning: undefined });
    const { url } = await startWeb({ states, fleet });
    const summary = (await (await fetch(new URL('api/v1/summary', url))).json()) as Record<string, object>;
    const [example] = EXAMPLES;
    expect(Object.keys(example)).toEqual(Object.keys(summary));
    expect(Object.keys(example.fleet)).toEqual(Object.keys(summary.fleet ?? {}));
    expect(Object.keys(example.counts)).toEqual(Object.keys(summary.counts ?? {}));
    expect(Object.keys(example.credentials.ci)).toEqual(
      Object.keys((summary.credentials as Record<string, object>).team ?? {}),
    );
  });

  test('shows a credential as it is answered', () => {
    const [, [example]] = EXAMPLES;
    const outlook = { forecast: foreseen(NOW), pool: undefined };
    const actual = toCredentialJson(snapshotOf(STATE_IN.failing, outlook), ['ci']);
    expect(Object.keys(example)).toEqual(Object.keys(actual));
    expect(Object.keys(example.bucket)).toEqual(Object.keys(actual.bucket ?? {}));
    expect(Object.keys(example.forecast)).toEqual(Object.keys(actual.forecast ?? {}));
    expect(example.failure).toEqual(actual.failure);
  });

  test('shows a history as it is answered', () => {
    const [, , example] = EXAMPLES;
    const point = gapAt(Date.parse('2026-11-23T20:30:00Z'));
    const range = { from: Date.parse('2026-11-23T20:00:00Z'), to: Date.parse('2026-11-23T21:00:00Z') };
    const actual = toHistoryJson({ name: 'ci', ...range, stepMs: 1_800_000, points: [point] });
    expect({ ...example, points: example.points.slice(1) }).toEqual(actual);
    expect(Object.keys(example.points[0])).toEqual([...HISTORY_COLUMNS]);
  });

  test('shows spending as it is answered', async () => {
    const example = EXAMPLES.find((candidate) => 'explained' in candidate);
    const spending = spendingOf({ sums: [sum({ team: 'shop' }, 1, 2)], losses: [loss(0, 3)] });
    const { url } = await startWeb({ spending });
    const answer = (await (await fetch(new URL('api/v1/spending', url))).json()) as typeof example;
    expect(Object.keys(example)).toEqual(Object.keys(answer));
    expect(Object.keys(example.rows[0])).toEqual(Object.keys(answer.rows[0]));
    expect(Object.keys(example.slots[0])).toEqual(Object.keys(answer.slots[0]));
    const total = (bound: 'low' | 'high') =>
      example.rows.reduce((all: number, row: { pulls: PullRange }) => all + row.pulls[bound], 0);
    expect(example.explained).toEqual({ low: total('low'), high: total('high') });
    expect(example.unexplained).toEqual(restOf(example.spent, example.explained));
  });

  test('shows an error as it is answered', async () => {
    const { url } = await startWeb();
    expect(await (await fetch(new URL('api/v1/x', url))).json()).toEqual(
      EXAMPLES.find((example) => 'error' in example),
    );
  });
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeWithProgram } from '../requires-program.ts';
import { type Enacted, enact } from './enact.ts';
import { misbehaviourTables } from './misbehaviour-tables.ts';
import { promtoolComplaints } from './promtool.ts';
import { BEHAVIOURS, SCENARIOS, type Scenario, type Truth } from './scenarios.ts';

const PAGE = resolve(import.meta.dirname, '../../docs/when-docker-hub-misbehaves.md');

/** What stands in a scrape when nothing is known of the limit. */
const NO_NUMBER = {
  limit: undefined,
  remaining: undefined,
  windowSeconds: undefined,
  enforced: undefined,
  sources: [],
};
const BEFORE = {
  up: 1,
  limit: 100,
  remaining: 76,
  windowSeconds: 21_600,
  enforced: 1,
  sources: ['127.0.0.1'],
  failures: {},
};
const UNLIMITED = { ...NO_NUMBER, up: 1, enforced: 0, sources: ['127.0.0.1'] };

const enacted = new Map<string, Enacted>();

beforeAll(async () => {
  await Promise.all(
    SCENARIOS.map(async (scenario) => void enacted.set(scenario.name, await enact(scenario))),
  );
});

function momentsOf({ name }: Scenario): Enacted {
  const moments = enacted.get(name);
  if (!moments) throw new Error(`The scenario was not enacted: ${name}`);
  return moments;
}

function those(...truths: readonly Truth[]): readonly Scenario[] {
  return SCENARIOS.filter(({ truth }) => truths.includes(truth));
}

describe('Headroom when Docker Hub misbehaves', () => {
  test.each(SCENARIOS)('$name: has seen 76 of 100 before', (scenario) => {
    expect(momentsOf(scenario).before).toMatchObject(BEFORE);
  });

  test.each(SCENARIOS.filter(({ truth }) => truth !== 'exhausted'))('$name: never reports 0', (scenario) => {
    const remaining = Object.values(momentsOf(scenario)).map((moment) => moment.remaining ?? 'nothing');
    expect(remaining).not.toContain(0);
  });

  test.each(those('unknown'))('$name: up is 0 at once, and the number stays a while', (scenario) => {
    const { atOnce } = momentsOf(scenario);
    expect(atOnce).toMatchObject({ ...BEFORE, up: 0, failures: { [scenario.reason ?? '']: 1 } });
  });

  test.each(those('unknown'))('$name: the number is gone three polls later', (scenario) => {
    const { threePollsLater } = momentsOf(scenario);
    expect(threePollsLater).toMatchObject({ ...NO_NUMBER, up: 0, failures: { [scenario.reason ?? '']: 4 } });
  });

  test.each(those('unknown'))('$name: has no number when started meanwhile', (scenario) => {
    const { started } = momentsOf(scenario);
    expect(started).toMatchObject({ ...NO_NUMBER, up: 0, failures: { [scenario.reason ?? '']: 1 } });
  });

  test.each(those('right', 'exhausted'))('$name: reports the answer at once', (scenario) => {
    const { atOnce, threePollsLater, started } = momentsOf(scenario);
    for (const moment of [atOnce, threePollsLater, started]) {
      expect(moment).toMatchObject({ up: 1, limit: 100, enforced: 1, failures: {} });
      expect(moment.sources).toHaveLength(1);
      if (scenario.truth === 'exhausted') expect(moment.remaining).toBe(0);
      else expect(moment.remaining).toBeGreaterThan(0);
    }
  });

  test('nowin: leaves the window out', () => {
    const { atOnce } = enacted.get('nowin') ?? {};
    expect(atOnce).toMatchObject({ ...BEFORE, windowSeconds: undefined });
  });

  test('flip: replaces the source, and leaves none behind', () => {
    const { before, atOnce, healed } = enacted.get('flip') ?? {};
    expect(atOnce?.sources).toEqual([expect.stringMatching(/^203\.0\.113\./)]);
    expect(healed?.sources).toEqual(before?.sources);
  });

  test.each(those('unlimited'))(
    '$name: takes three answers to believe that there is no limit',
    (scenario) => {
      const { atOnce, threePollsLater, started } = momentsOf(scenario);
      expect(atOnce).toMatchObject({ ...BEFORE, up: 0, failures: { [scenario.reason ?? '']: 1 } });
      expect(threePollsLater).toMatchObject({ ...UNLIMITED, failures: { [scenario.reason ?? '']: 2 } });
      expect(started).toMatchObject(UNLIMITED);
    },
  );

  test.each(SCENARIOS)('$name: has no value after three intervals without a poll', (scenario) => {
    expect(momentsOf(scenario).threeIntervalsLater).toMatchObject({ ...NO_NUMBER, up: 0 });
  });

  test.each(SCENARIOS)('$name: recovers with the first good answer', (scenario) => {
    const { failures: _, ...numbers } = BEFORE;
    expect(momentsOf(scenario).healed).toMatchObject(numbers);
  });
});

describeWithProgram('promtool', 'promtool on Headroom when Docker Hub misbehaves', () => {
  test.each(SCENARIOS)('$name: finds nothing', (scenario) => {
    const { atOnce, threePollsLater, started } = momentsOf(scenario);
    const complaints = [atOnce, threePollsLater, started].map(({ text }) => promtoolComplaints(text));
    expect(complaints.filter(Boolean)).toEqual([]);
  });
});

describe('docs/when-docker-hub-misbehaves.md', () => {
  test('has the tables that were measured just now; `vitest -u` writes them', async () => {
    const written = readFileSync(PAGE, 'utf8');
    const tables = misbehaviourTables(enacted);
    const page = written.replace(
      /(<!-- (\w+): generated [^\n]* -->\n).*?(<!-- end -->)/gs,
      (_, start: string, name: string, end: string) => `${start}\n${tables[name]}\n${end}`,
    );
    expect(written.match(/<!-- \w+: generated/g)).toHaveLength(Object.keys(tables).length);
    await expect(page).toMatchFileSnapshot(PAGE);
  });

  test.each(SCENARIOS)('$name: states for each of the 24 exporters what it did', ({ others }) => {
    expect(others).toHaveLength(BEHAVIOURS.length);
    expect(others.reduce((sum, count) => sum + count, 0)).toBe(24);
  });
});

import { manualClock } from '../hub/fixtures.ts';
import { type Exported, scrape } from './exported.ts';
import { startHeadroom, WHEN_ASKED } from './running-headroom.ts';
import type { Scenario } from './scenarios.ts';

/** What Headroom exports at each moment of a scenario. */
export interface Enacted {
  /** After five good polls. */
  readonly before: Exported;
  /** After the first poll that meets the fault. */
  readonly atOnce: Exported;
  readonly threePollsLater: Exported;
  /** Three poll intervals later, without a poll in between. */
  readonly threeIntervalsLater: Exported;
  /** After the first poll without the fault. */
  readonly healed: Exported;
  /** Started while the scenario holds, after the first poll. */
  readonly started: Exported;
}

/** Milliseconds between two polls. */
const INTERVAL_MS = 60_000;
/** Polls that one token serves: the next one needs another, so that it meets what is wrong with the token service. */
const POLLS_PER_TOKEN = 5;
/** As configured by default; and for a hub that never answers, so that the tests do not wait for it. */
const PATIENT = { poll: { schedule: WHEN_ASKED, timeout: '10s' } };
const IMPATIENT = { poll: { schedule: WHEN_ASKED, timeout: '300ms' } };
const SIMULATOR = { limits: { windowSeconds: 21_600 } };

/** Runs Headroom through a scenario, in virtual time, and returns what it exported. */
export async function enact(scenario: Scenario): Promise<Enacted> {
  const [warm, started] = await Promise.all([enactWarm(scenario), enactCold(scenario)]);
  return { ...warm, started };
}

async function enactWarm({ fault, endpoint }: Scenario): Promise<Omit<Enacted, 'started'>> {
  const clock = manualClock();
  const headroom = await startHeadroom({ clock, settings: () => PATIENT, simulator: SIMULATOR });
  const configure = async (settings: typeof PATIENT) => {
    await headroom.configure(settings);
    await headroom.app.reload();
  };
  const poll = async (times: number) => {
    for (let i = 0; i < times; i += 1) {
      clock.advance(INTERVAL_MS);
      await (await headroom.get('/probe?credential=anonymous')).text();
    }
    return await scrape(headroom);
  };
  try {
    await headroom.app.firstRound;
    headroom.control.spend({ source: '127.0.0.1', pulls: 24 });
    const before = await poll(POLLS_PER_TOKEN - 1);
    if (fault === 'hang') await configure(IMPATIENT);
    headroom.control.setFault(fault, endpoint ? { endpoint } : {});
    const atOnce = await poll(1);
    const threePollsLater = await poll(3);
    clock.advance(3 * INTERVAL_MS);
    const threeIntervalsLater = await scrape(headroom);
    headroom.control.clearFault();
    await configure(PATIENT);
    return { before, atOnce, threePollsLater, threeIntervalsLater, healed: await poll(1) };
  } finally {
    await headroom.stop();
  }
}

async function enactCold({ fault, endpoint }: Scenario): Promise<Exported> {
  const headroom = await startHeadroom({
    clock: manualClock(),
    settings: () => (fault === 'hang' ? IMPATIENT : PATIENT),
    simulator: SIMULATOR,
    prepare: (control) => void control.setFault(fault, endpoint ? { endpoint } : {}),
  });
  try {
    await headroom.app.firstRound;
    return await scrape(headroom);
  } finally {
    await headroom.stop();
  }
}

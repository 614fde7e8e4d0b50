import { createHub } from '../../src/hub/create-hub.ts';
import { createPoller } from '../../src/poller/poller.ts';
import type { StartTicker } from '../../src/poller/schedule-groups.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import { type CredentialPlan, credentialOf } from '../credential.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { type Finding, observe } from '../measure/finding.ts';
import { silentLog } from '../silent-log.ts';
import { createVirtualTime, type VirtualTime } from '../virtual-time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOURS = 24;
const MAX_HEADS = 60;
const MAX_TOKENS = 13;
const LOGIN = { name: 'acmeci', password: 'secret' };
const PLANS: readonly CredentialPlan[] = [{ name: 'anonymous' }, { name: 'login', login: LOGIN }];

/** How much of the hub's patience it takes. */
export const requests: Benchmark = {
  name: 'requests',
  about:
    "Requests per credential and hour at the default schedule, from the simulator's ledger: poller and hub client over " +
    `${HOURS} hours of virtual time. The very first HEAD is the one that asks where tokens are to be had.`,
  async run() {
    const findings: Finding[] = [];
    for (const plan of PLANS) {
      const [first, ...later] = await countByHour(plan);
      findings.push(...findingsOf(`${plan.name}, first hour`, first ? [first] : []));
      findings.push(...findingsOf(`${plan.name}, later hours`, later));
    }
    return findings;
  },
};

/** Requests of one hour. */
interface Hour {
  readonly heads: number;
  readonly tokens: number;
}

function findingsOf(subject: string, hours: readonly Hour[]): Finding[] {
  return [
    observe(
      `${subject}: HEADs`,
      'requests',
      hours.map(({ heads }) => heads),
      MAX_HEADS,
    ),
    observe(
      `${subject}: tokens`,
      'requests',
      hours.map(({ tokens }) => tokens),
      MAX_TOKENS,
    ),
  ];
}

async function countByHour(plan: CredentialPlan): Promise<readonly Hour[]> {
  const startAt = Date.parse('2026-11-23T08:00:30Z');
  const time = createVirtualTime(startAt);
  const { clock, timers } = time;
  const simulator = createSimulator({ port: 0, clock, log: silentLog });
  await simulator.start();
  simulator.control.addAccount(LOGIN);
  const connection = { url: simulator.url, allowInsecure: false, caFile: undefined, env: {} };
  const hub = createHub({ ...connection, userAgent: 'headroom/bench', clock, log: silentLog });
  const failures: string[] = [];
  const poller = createPoller({
    probe: (credential, signal) => time.hold(hub.probe(credential, signal)),
    record: ({ reading }) => reading.kind === 'metered' || failures.push(JSON.stringify(reading)),
    clock,
    timers,
    startTicker: everyMinute(time),
    random: Math.random,
    log: silentLog,
  });
  poller.apply([credentialOf(plan)], { concurrency: 1 });
  await time.passUntil(startAt + HOURS * HOUR_MS);
  poller.stop();
  await hub.close();
  await simulator.stop();
  if (failures.length > 0) throw new Error(`Probes were not metered: ${failures[0]}`);

  const entries = simulator.control.ledger();
  return Array.from({ length: HOURS }, (_, hour) => {
    const own = entries.filter(({ at }) => Math.floor((at - startAt) / HOUR_MS) === hour);
    const tokens = own.filter(({ path }) => path === '/token').length;
    return { heads: own.length - tokens, tokens };
  });
}

/** The default schedule, `* * * * *`, in virtual time. */
function everyMinute({ clock, timers }: VirtualTime): StartTicker {
  return (_, onTick) => {
    let callOff = (): void => undefined;
    const wait = (): void => {
      callOff = timers.after(MINUTE_MS - (clock.now() % MINUTE_MS), () => {
        wait();
        onTick();
      });
    };
    wait();
    return {
      intervalMs: () => MINUTE_MS,
      untilNextMs: () => MINUTE_MS - (clock.now() % MINUTE_MS),
      clockJumped: () => undefined,
      stop: () => callOff(),
    };
  };
}

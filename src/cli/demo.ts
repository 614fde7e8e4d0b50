import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { FLAGS, type Flags, parseFlags } from '../config/flags.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Problem } from '../config/problem.ts';
import type { Observation } from '../domain/result.ts';
import type { PullAttempt } from '../domain/spending/pull-attempt.ts';
import { createSqliteHistory } from '../history/sqlite/sqlite-history.ts';
import { systemTimers } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import { startClusterServer } from '../simulator/kubernetes/cluster-server.ts';
import { playShowcaseTraffic, prepareShowcase, type ShowcaseCredential } from '../simulator/showcase.ts';
import { createShowcaseActivity, pastAttempts } from '../simulator/showcase-activity.ts';
import { writeShowcaseFiles } from '../simulator/showcase-files.ts';
import { showcasePast } from '../simulator/showcase-past.ts';
import { createSimulator } from '../simulator/simulator.ts';
import {
  type Command,
  type CommandContext,
  type CommandShape,
  EXIT,
  helpText,
  rejectUsage,
} from './command.ts';
import { strayArguments } from './define-command.ts';
import { tourText } from './demo/tour.ts';
import { createLogger } from './logger.ts';
import { checkWebConfig, serve, serveConfig } from './serve.ts';

/** How often the history writes and deletes old data while the past is recorded, in milliseconds of simulated time (1 h). */
const TICK_EVERY_MS = 3_600_000;

/**
 * Records observations and pull attempts into the history file of a configuration, each at its own time. Call it before the
 * file is served.
 * @param past in ascending order of time
 */
export function recordPast(
  config: Config,
  past: readonly Observation[],
  attempts: readonly PullAttempt[],
  log: Log,
): void {
  const { path, retentionMs } = config.history;
  let now = past[0]?.at ?? 0;
  let tick = (): void => undefined;
  const history = createSqliteHistory({
    path,
    makesFolder: false,
    retentionMs,
    clock: { now: () => now, monotonicMs: () => now },
    log,
    every: (_, callBack) => {
      tick = callBack;
      return () => undefined;
    },
  });
  history.open();
  history.apply(config.credentials.map(({ identity }) => identity));
  let tickAt = now;
  for (const observation of past) {
    now = observation.at;
    history.record(observation);
    if (now < tickAt) continue;
    tick();
    tickAt = now + TICK_EVERY_MS;
  }
  history.spending.add({ attempts, events: [] });
  history.close();
}

const SHAPE: CommandShape = {
  usage: ['demo [FLAGS]'],
  about:
    'Runs Headroom with a simulated Docker Hub and traffic, without a network. It shows every state at once.',
  flags: FLAGS.filter(({ name }) => name !== 'config.file'),
  notes: () => `Examples:
  headroom demo                                         Prints five things to try, with their URLs
  headroom demo --web.listen-address 127.0.0.1:8080`,
};

/** `headroom demo`: runs Headroom with a simulated Docker Hub and traffic, without a network. */
export const demo: Command = {
  describe: () => SHAPE,
  async run(argv, context) {
    const flags = parseFlags(argv);
    if (flags.help) {
      context.stdout.write(await helpText(SHAPE));
      return EXIT.ok;
    }
    if (flags.version) return serve.run(argv, context);
    const problems = misuseOf(flags);
    if (problems.length > 0) return rejectUsage([...flags.problems, ...problems], context);
    return playDemo(flags, context);
  },
};

/** Returns a problem for each surplus argument, and for a configuration file: `demo` has its own configuration. */
function misuseOf({ positionals, values }: Flags): readonly Problem[] {
  const strays = strayArguments(positionals);
  if (!values.has('config.file')) return strays;
  return [
    ...strays,
    {
      place: { kind: 'flag', flag: '--config.file' },
      message: 'demo has its own configuration',
      allowed: 'the other flags',
    },
  ];
}

async function playDemo(flags: Flags, context: CommandContext): Promise<number> {
  const { clock, random, stderr } = context;
  const log = createLogger({ level: 'warn', format: 'logfmt' }, stderr);
  const simulator = createSimulator({ port: 0, profile: '2026', clock, random, log });
  await simulator.start();
  const credentials = prepareShowcase(simulator.control);
  // A temporary history file: simulated results must not get into the real one.
  const folder = mkdtempSync(join(tmpdir(), 'headroom-demo-'));
  const historyPath = join(folder, 'headroom.db');
  const activity = createShowcaseActivity(clock.now(), random);
  const clusters = await startClusterServer(activity.clusters);
  const traffic = playShowcaseTraffic(simulator.control, {
    timers: systemTimers,
    random,
    onSpent: (credential, pulls) => activity.spent(credential, pulls, clock.now()),
    onStep: () => activity.retry(clock.now()),
  });
  try {
    const spending = writeShowcaseFiles(folder, clusters, clock.now());
    const load = () => loadDemo(flags, demoYaml(simulator.url, historyPath, credentials, spending));
    const prepare = (config: Config) => {
      const { observations, pulls } = showcasePast(clock.now(), random);
      recordPast(config, observations, pastAttempts(pulls, random), log);
    };
    return await serveConfig(flags, context, load, { prepare, guideFor: tourText });
  } finally {
    traffic.stop();
    await simulator.stop();
    await clusters.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Loads the configuration from a YAML text, without the logins of the environment. */
function loadDemo(flags: Flags, yaml: string): Promise<Config> {
  return loadConfig({
    flags,
    env: { HEADROOM_CONFIG_FILE: 'demo.yml' },
    readFile: async () => yaml,
    checkWebConfig,
  });
}

/** Returns a configuration that polls every 5 seconds, so that the page changes visibly. */
function demoYaml(
  hub: URL,
  historyPath: string,
  credentials: readonly ShowcaseCredential[],
  spending: unknown,
): string {
  const entries = credentials.map(({ name, username, password }) => ({ name, username, password }));
  return JSON.stringify({
    poll: { schedule: '*/5 * * * * *', jitter: '1s', timeout: '3s' },
    hub: { url: hub.origin },
    history: { path: historyPath },
    credentials: entries,
    spending,
  });
}

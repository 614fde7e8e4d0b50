import { createApp } from '../app.ts';
import type { Config } from '../config/config.ts';
import { FLAGS, type Flags, parseFlags } from '../config/flags.ts';
import { loadConfig } from '../config/load-config.ts';
import { ConfigError } from '../config/problem.ts';
import type { CheckWebConfig } from '../config/scope.ts';
import { packageFile } from '../kit/package-file.ts';
import {
  type Command,
  type CommandContext,
  type CommandShape,
  EXIT,
  helpText,
  rejectUsage,
  whenAborted,
} from './command.ts';
import { strayArguments } from './define-command.ts';
import { readBuildInfo, versionLine } from './host.ts';
import { createLogger } from './logger.ts';

const SHAPE: CommandShape = {
  usage: ['[serve] [FLAGS]'],
  about:
    'Polls Docker Hub, exports metrics and shows the page, until SIGTERM or SIGINT. SIGHUP reads the configuration again.',
  flags: FLAGS,
  notes: () => `Examples:
  headroom                                              Anonymous, and DOCKERHUB_USERNAME if it is set
  headroom --config.file headroom.yml --log.format json
  headroom --config.file headroom.yml --config.check    Every problem of a configuration, and nothing else
  headroom --config.check --verbose                     What is in force, secrets masked`,
};

const HISTORY_READER = packageFile('dist/reader-program.js');

/** `headroom serve`: polls Docker Hub, exports metrics, shows the page. */
export const serve: Command = {
  describe: () => SHAPE,
  async run(argv, context) {
    const flags = parseFlags(argv);
    if (flags.help) {
      context.stdout.write(await helpText(SHAPE));
      return EXIT.ok;
    }
    if (flags.version) {
      context.stdout.write(versionLine(context.env));
      return EXIT.ok;
    }
    const strays = strayArguments(flags.positionals);
    if (strays.length > 0) return rejectUsage([...flags.problems, ...strays], context);
    return serveConfig(flags, context, () => loadAndCheck(flags, context.env));
  },
};

/** What `headroom demo` adds to `headroom serve`. */
export interface DemoSteps {
  /** Called once with the valid configuration, before Headroom starts. */
  readonly prepare: (config: Config) => void;
  /** Returns the text to print once Headroom listens. */
  readonly guideFor: (url: URL) => string;
}

/**
 * Serves a configuration until the stop signal is aborted.
 * @param load reads the configuration, at the start and at each reload
 * @param demo for a simulated Docker Hub; not with `--config.check`
 * @returns the exit code: 2 for a bad configuration, 1 if it cannot listen
 */
export async function serveConfig(
  flags: Pick<Flags, 'check' | 'verbose'>,
  context: CommandContext,
  load: () => Promise<Config>,
  demo?: DemoSteps,
): Promise<number> {
  const { env, clock, random, stderr, stdout, stopSignal } = context;
  const hangups = listenForHangups(context);
  let config: Config;
  try {
    config = await load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    stderr.write(`${error.message}\n`);
    return EXIT.badUsage;
  }
  if (flags.check) {
    const count = config.credentials.length;
    const verdict = `The configuration is valid: ${count} ${count === 1 ? 'credential' : 'credentials'}\n`;
    // A comment, so that the whole output is YAML.
    stdout.write(flags.verbose ? `# ${verdict}${config.maskedYaml}` : verdict);
    return EXIT.ok;
  }
  demo?.prepare(config);
  const log = createLogger(config.log, stderr);
  const build = readBuildInfo(env);
  const app = createApp({
    config,
    loadConfig: load,
    env,
    build,
    isDemo: demo !== undefined,
    historyReader: HISTORY_READER,
    clock,
    random,
    log,
  });
  try {
    await app.start();
  } catch (error) {
    log.error('Headroom cannot start', { error });
    await app.stop();
    return EXIT.failed;
  }
  const [url] = app.urls;
  if (demo && url) stdout.write(demo.guideFor(url));
  hangups.answer(() => void app.reload());
  await whenAborted(stopSignal);
  log.info('Stopping');
  await app.stop();
  return EXIT.ok;
}

/** Registers for SIGHUP at once, as an unhandled one ends the process. A SIGHUP during the start causes a reload after it. */
function listenForHangups({ onHangup }: CommandContext): { answer(reload: () => void): void } {
  let isMissed = false;
  let answer = () => {
    isMissed = true;
  };
  onHangup(() => answer());
  return {
    answer(reload) {
      answer = reload;
      if (isMissed) reload();
    },
  };
}

function loadAndCheck(flags: Flags, env: CommandContext['env']): Promise<Config> {
  return loadConfig({ flags, env, checkWebConfig });
}

/** Checks a web configuration file. Its reader is loaded only if one is configured. */
export const checkWebConfig: CheckWebConfig = async (path) =>
  (await import('../web/http/web-config-file.ts')).checkWebConfigFile(path);

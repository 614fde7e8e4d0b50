import { FILE_LIMITS, readBoundedFile } from '../kit/bounded-file.ts';
import { redact } from '../kit/foreign-text.ts';
import type { Config } from './config.ts';
import { type ReadFile, readText } from './files.ts';
import type { Flags } from './flags.ts';
import { type Environment, environmentInput, isNull, type MapInput } from './input.ts';
import { filePath } from './kinds/file-path.ts';
import type { Program, ProgramResult, RunProgram } from './logins/run-program.ts';
import { ConfigError, type Problem, type Report } from './problem.ts';
import type { CheckWebConfig, Scope } from './scope.ts';
import { readAlerts } from './sections/alerts.ts';
import { readCredentials } from './sections/credentials.ts';
import { readHistory } from './sections/history.ts';
import { readHub } from './sections/hub.ts';
import { readLog, readMetrics } from './sections/metrics-and-log.ts';
import { readOtlp } from './sections/otlp.ts';
import { readPoll } from './sections/poll.ts';
import { readSpending } from './sections/spending.ts';
import { readWeb } from './sections/web.ts';
import { type Overrides, reportUnknownKeys } from './settings.ts';
import { toYaml } from './to-yaml.ts';
import { parseYaml } from './yaml-input.ts';

/** Reads the file of `--config.file` or `HEADROOM_CONFIG_FILE`; undefined if none is given, or it is empty or invalid. */
async function readConfigFile(
  { flags, env }: Overrides,
  readFile: ReadFile,
  report: Report,
): Promise<MapInput | undefined> {
  const named = flags.values.get('config.file') ?? environmentInput(env, 'HEADROOM_CONFIG_FILE');
  const path = named && filePath.read(named, 'config.file', report);
  if (named === undefined || path === undefined) return undefined;
  let text: string;
  try {
    text = await readText(readFile, path, FILE_LIMITS.config);
  } catch (error) {
    report({ place: named.place, message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
  const root = await parseYaml(text, path, report);
  if (!root || isNull(root)) return undefined;
  if (root.kind === 'map') return root;
  report({
    place: root.place,
    message: 'Not a map',
    allowed: 'a map of sections, such as poll: and credentials:',
  });
  return undefined;
}

/** Freezes a value and all values in it, recursively. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}

/** Sources of the configuration. */
export interface ConfigSources {
  readonly flags: Flags;
  readonly env: Environment;
  /** Reads files. Default: `readBoundedFile()`. */
  readonly readFile?: ReadFile;
  /** Runs credential helpers. Default: as child processes. */
  readonly runProgram?: RunProgram;
  /** Checks the content of `web.config_file`. Default: no check except that the file can be read. */
  readonly checkWebConfig?: CheckWebConfig;
}

/**
 * Reads and checks the whole configuration. A flag overrides an environment variable, which overrides the file, which
 * overrides the default.
 * @throws ConfigError with all problems
 */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const { flags, env, readFile = readBoundedFile, runProgram = runChild } = sources;
  const { checkWebConfig = async () => [] } = sources;
  const problems: Problem[] = [...flags.problems];
  const report = (problem: Problem) => void problems.push(redacted(problem));
  const file = await readConfigFile({ flags, env }, readFile, report);
  const scope = { flags, env, file, report, readFile, runProgram, checkWebConfig };
  const sections = await readSections(scope);
  const otlp = await readOtlp(scope);
  reportUnknownKeys(file, Object.keys(sections), '', report);
  if (problems.length > 0) throw new ConfigError(problems);

  const { poll, hub, credentials, history, alerts, metrics, spending, web, log } = sections;
  const shown = Object.fromEntries(Object.entries(sections).map(([name, section]) => [name, section.shown]));
  return deepFreeze({
    poll: { concurrency: poll.value.concurrency },
    hub: hub.value,
    credentials: credentials.value,
    history: history.value,
    alerts: alerts.value,
    metrics: metrics.value,
    otlp,
    spending: spending.value,
    web: web.value,
    log: log.value,
    maskedYaml: toYaml(shown),
  });
}

/** Reads the sections in the order of `/config`. To add a section, add a file in `sections/` and a line here. */
async function readSections(scope: Scope) {
  const poll = readPoll(scope);
  const hub = await readHub(scope);
  const credentials = await readCredentials(scope, { poll: poll.value, hub: hub.value });
  const names = credentials.value.map(({ identity }) => identity.name);
  const history = await readHistory(scope);
  return {
    poll,
    hub,
    credentials,
    history,
    alerts: await readAlerts(scope, names),
    metrics: readMetrics(scope),
    spending: await readSpending(scope, {
      credentials: credentials.value,
      historyBackend: history.value.backend,
    }),
    web: await readWeb(scope),
    log: readLog(scope),
  };
}

/** Redacts tokens in places where no secret is expected, such as a path. */
function redacted(problem: Problem): Problem {
  const { message, found } = problem;
  return { ...problem, message: redact(message), found: found === undefined ? undefined : redact(found) };
}

/** Loads the module for child processes at the first use: most configurations have no credential helper. */
async function runChild(program: Program): Promise<ProgramResult> {
  const { runProgram } = await import('./logins/run-program.ts');
  return runProgram(program);
}

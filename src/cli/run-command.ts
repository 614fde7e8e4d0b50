import { inspect } from 'node:util';
import { FLAGS, parseFlags } from '../config/flags.ts';
import { REDACTED } from '../kit/secret.ts';
import {
  type CommandContext,
  type CommandTable,
  describeCommands,
  EXIT,
  helpText,
  type Runnable,
  runNamed,
} from './command.ts';
import { readBuildInfo, versionLine } from './host.ts';

/** Every command of `headroom`, in the order of the help text. */
export const COMMANDS: CommandTable = {
  serve: {
    about: 'Poll Docker Hub, export metrics and show the page; the default command',
    load: async () => (await import('./serve.ts')).serve,
  },
  plan: {
    about: 'Count the pulls of a rollout, and check whether enough are left',
    load: async () => (await import('./plan.ts')).plan,
  },
  check: {
    about: 'Check once how many pulls are left, with exit codes for Nagios and pipelines',
    load: async () => (await import('./check.ts')).check,
  },
  wait: {
    about: 'Wait until a number of pulls is left, before a pipeline starts',
    load: async () => (await import('./wait.ts')).wait,
  },
  forecast: {
    about: 'Forecast from an exported history when a bucket is exhausted, and when it is full again',
    load: async () => (await import('./forecast.ts')).forecast,
  },
  spending: {
    about: 'Show who spent the pulls of a bucket, from a running Headroom',
    load: async () => (await import('./spending.ts')).spending,
  },
  usage: {
    about: 'Show who spent the pulls, from usage reports of Docker Hub',
    load: async () => (await import('./usage.ts')).usage,
  },
  report: {
    about: 'Print what is known of a bucket, as Markdown for a support ticket',
    load: async () => (await import('./report.ts')).report,
  },
  diagnose: {
    about: 'Show the requests to Docker Hub and its responses, secrets masked, for a bug report',
    load: async () => (await import('./diagnose.ts')).diagnose,
  },
  config: {
    about: 'Write a commented configuration file, or the JSON Schema of it',
    load: async () => (await import('./config.ts')).config,
  },
  history: {
    about: 'Back up the history file, also while Headroom runs',
    load: async () => (await import('./history.ts')).history,
  },
  alerts: {
    about: 'Send a sample notification to a receiver, and show its response',
    load: async () => (await import('./alerts.ts')).alerts,
  },
  simulate: {
    about: 'Run a simulated Docker Hub on this machine, and control it',
    load: async () => (await import('./simulate.ts')).simulate,
  },
  demo: {
    about: 'Show every feature with a simulated Docker Hub, without a network',
    load: async () => (await import('./demo.ts')).demo,
  },
  health: {
    about: 'Check whether a Headroom on this machine responds, for health checks',
    load: async () => (await import('./health.ts')).health,
  },
  completion: {
    about: 'Print the completion script for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).createCompletion(COMMANDS),
  },
};

/** Names of environment variables whose values are secrets. */
const SECRET_NAME = /PASSWORD|TOKEN|SECRET|WEBHOOK|_KEY$/i;
/** The shortest value that is masked, in characters. Shorter values are not secrets, and masking them would garble the text. */
const MIN_SECRET = 4;

/**
 * Writes an unexpected error to stderr, with the facts that a bug report needs. Logins in URLs and the values of
 * environment variables that hold secrets are masked.
 * @returns the exit code, 4
 */
export function reportUnforeseen(
  error: unknown,
  { env, stderr }: Pick<CommandContext, 'env' | 'stderr'>,
): number {
  const { version, revision, nodeVersion } = readBuildInfo(env);
  const detail = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  stderr.write(`Headroom itself failed, by an unforeseen error:
${maskSecrets(detail, env)}

Please report it: send the lines above, the command line without passwords, and the files that it read, if you may
show them. This is headroom ${version} (revision ${revision}, node ${nodeVersion}) on ${process.platform} ${process.arch}.
`);
  return EXIT.unforeseen;
}

function maskSecrets(text: string, env: CommandContext['env']): string {
  const secrets = Object.entries(env)
    .filter(([name]) => SECRET_NAME.test(name))
    .flatMap(([, value]) => (value !== undefined && value.length >= MIN_SECRET ? value : []));
  const masked = secrets.reduce((rest, secret) => rest.replaceAll(secret, '<secret>'), text);
  return masked.replace(/\/\/[^\s/@]{1,500}@/g, `//${REDACTED}@`);
}

/**
 * Runs `serve` for `headroom` without a command; its `--help` lists all commands. Help and version do not load `serve`, which
 * takes five times as long as Node itself.
 */
const unnamed: Runnable = {
  async run(argv, context) {
    const flags = parseFlags(argv);
    if (flags.help) return printOverview(context);
    if (flags.version) {
      context.stdout.write(versionLine(context.env));
      return EXIT.ok;
    }
    const { serve } = await import('./serve.ts');
    return serve.run(argv, context);
  },
};

/**
 * Runs the command that the arguments name, or `serve` if they name none. Reports unexpected errors.
 * @returns the exit code; 4 after an unexpected error
 */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await runNamed(COMMANDS, unnamed, argv, context);
  } catch (error) {
    return reportUnforeseen(error, context);
  }
}

async function printOverview({ stdout }: CommandContext): Promise<number> {
  stdout.write(
    await helpText({
      usage: ['[COMMAND] [FLAGS]'],
      about: `Shows how many Docker Hub pulls are left, for every credential and every network path.

Commands:
${describeCommands(COMMANDS)}`,
      flags: FLAGS,
      flagsTitle: 'Flags of serve',
    }),
  );
  return EXIT.ok;
}

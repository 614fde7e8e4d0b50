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
import { readBuildInfo } from './host.ts';

/** Every command of `headroom`, in the order of the help text: what is needed most comes first. */
export const COMMANDS: CommandTable = {
  serve: {
    about: 'Poll Docker Hub, export metrics and show the page; what runs without a command',
    load: async () => (await import('./serve.ts')).serve,
  },
  plan: {
    about: 'Count what a rollout will cost, and say whether it fits what is left',
    load: async () => (await import('./plan.ts')).plan,
  },
  check: {
    about: 'Ask once what is left, with exit codes for Nagios and pipelines',
    load: async () => (await import('./check.ts')).check,
  },
  wait: {
    about: 'Wait until so many pulls are left, before a pipeline starts',
    load: async () => (await import('./wait.ts')).wait,
  },
  forecast: {
    about: 'Foresee from an exported history when a bucket runs dry, and when it is full again',
    load: async () => (await import('./forecast.ts')).forecast,
  },
  diagnose: {
    about: 'Show what Docker Hub really answers, secrets masked, to paste into a bug report',
    load: async () => (await import('./diagnose.ts')).diagnose,
  },
  alerts: {
    about: 'Send a sample to a receiver of alerts, and see what it answers',
    load: async () => (await import('./alerts.ts')).alerts,
  },
  simulate: {
    about: 'Run a Docker Hub of your own on this machine, and control it',
    load: async () => (await import('./simulate.ts')).simulate,
  },
  demo: {
    about: 'Show everything on a simulated Docker Hub, without a network',
    load: async () => (await import('./demo.ts')).demo,
  },
  health: {
    about: 'Ask a running Headroom on this machine whether it is alive, for health checks',
    load: async () => (await import('./health.ts')).health,
  },
  completion: {
    about: 'Print what lets bash, zsh or fish complete a command line of headroom',
    load: async () => (await import('./completion.ts')).createCompletion(COMMANDS),
  },
};

/** Names of environment variables whose values are secrets. */
const SECRET_NAME = /PASSWORD|TOKEN|SECRET|WEBHOOK|_KEY$/i;
/** Shorter values are no secrets; masking them would garble the text. */
const MIN_SECRET = 4;

/**
 * Reports an error that Headroom has no answer to, with what a bug report needs. Logins in URLs and the values of
 * environment variables that hold secrets are masked.
 * @returns the exit code, 4
 */
export function reportUnforeseen(
  error: unknown,
  { env, stderr }: Pick<CommandContext, 'env' | 'stderr'>,
): number {
  const { version, revision, nodeVersion } = readBuildInfo(env);
  const told = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  stderr.write(`Headroom itself failed, by an unforeseen error:
${maskSecrets(told, env)}

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

/** `headroom` alone is `headroom serve`, but its help is about all of them. */
const unnamed: Runnable = {
  async run(argv, context) {
    if (parseFlags(argv).help) return printOverview(context);
    const { serve } = await import('./serve.ts');
    return serve.run(argv, context);
  },
};

/**
 * Runs the command that the arguments name, `serve` when they name none. An unforeseen error of any of them is reported.
 * @returns the exit code
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
      about: `How many Docker Hub pulls are left, for every credential and every network path.

Commands:
${describeCommands(COMMANDS)}`,
      flags: FLAGS,
      flagsTitle: 'Flags of serve',
    }),
  );
  return EXIT.ok;
}

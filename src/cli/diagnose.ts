import type { Config } from '../config/config.ts';
import { durationMs } from '../config/kinds/time.ts';
import { ConfigError } from '../config/problem.ts';
import { type CommandContext, EXIT } from './command.ts';
import { checkSources, chooseConfig, OWN_CREDENTIAL_FLAGS } from './credentials/choose-config.ts';
import { openHub } from './credentials/probe-credentials.ts';
import { defineCommand } from './define-command.ts';
import type { Examined } from './diagnose/examine.ts';
import { examine, readLogin } from './diagnose/examine.ts';
import { createMask } from './diagnose/mask.ts';
import { tapWire } from './diagnose/wire-tap.ts';
import { writeReport } from './diagnose/write-report.ts';
import { optionalFlag } from './flag.ts';
import { readBuildInfo } from './host.ts';

/** `headroom diagnose`: prints the requests to Docker Hub and its responses, for a bug report. */
export const diagnose = defineCommand({
  usage: ['diagnose [FLAGS]'],
  about: `Probes Docker Hub once with each credential, one after the other, and shows every request and response, with an
explanation. That costs no pulls. It prints Markdown for a bug report: passwords, tokens and user names are masked,
bodies are never shown. The exit code is 0 for every response.`,
  flags: {
    ...OWN_CREDENTIAL_FLAGS,
    timeout: optionalFlag(
      'DURATION',
      durationMs(100, 300_000),
      'How long each credential may take (default: poll.timeout)',
    ),
  },
  operands: {},
  notes: () => `Examples:
  headroom diagnose                          What this machine gets, and DOCKERHUB_USERNAME if it is set
  headroom diagnose --docker-config          The same with your own docker login
  headroom diagnose --config.file headroom.yml --credential nat-b > report.md`,
  rules: ({ given }, report) => checkSources(given, report),
  async run({ flags }, context) {
    try {
      const config = await chooseConfig(flags, context.env);
      context.stdout.write(`${await diagnoseAll(config, flags.timeout, context)}\n`);
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      context.stderr.write(`${error.message}\n`);
      return EXIT.badUsage;
    }
  },
});

async function diagnoseAll(
  config: Config,
  timeoutMs: number | undefined,
  { env, clock, stderr, stopSignal }: CommandContext,
): Promise<string> {
  const build = readBuildInfo(env);
  const silent = () => undefined;
  // The report contains everything that the client would log.
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const hub = openHub(config, { env, clock, stderr }, log);
  const tap = tapWire(clock);
  try {
    const known = await Promise.all(config.credentials.map(readLogin));
    const examined: Examined[] = [];
    for (const one of known) {
      const credential = { ...one.credential, timeoutMs: timeoutMs ?? one.credential.timeoutMs };
      examined.push(await examine({ ...one, credential }, { hub, tap, clock, signal: stopSignal }));
    }
    const platform = `${process.platform} ${process.arch}`;
    const { maskedYaml } = config;
    const mask = createMask(
      known.flatMap(({ login }) => login ?? []),
      maskedYaml,
    );
    return writeReport({ build, platform, at: clock.now(), maskedYaml, examined }, mask);
  } finally {
    tap.stop();
    await hub.close();
  }
}

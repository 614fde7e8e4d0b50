import { oneOf } from '../config/kinds/choice.ts';
import { ConfigError } from '../config/problem.ts';
import type { Threshold } from '../domain/alerts/rules/alert-rule.ts';
import { asJson, asNagios, asTable } from './check/formats.ts';
import { asGithub, writeGithubFiles } from './check/github.ts';
import type { CheckReport } from './check/judge.ts';
import { judge, STATUSES, worstStatus } from './check/judge.ts';
import { type CommandContext, choosePaint } from './command.ts';
import { CREDENTIAL_FLAGS, checkSources } from './credentials/choose-config.ts';
import { ServerAnswerError } from './credentials/fetch-credentials.ts';
import { readCredentials } from './credentials/probe-credentials.ts';
import { defineCommand } from './define-command.ts';
import { flagWithDefault } from './flag.ts';
import { thresholdText } from './flag-kinds.ts';

const WARNING: Threshold = { unit: 'share', share: 0.2 };
const CRITICAL: Threshold = { unit: 'share', share: 0.05 };
const FORMS = ['table', 'json', 'nagios', 'github'] as const;

/** `headroom check`: probes each credential once and returns the worst status as exit code. */
export const check = defineCommand({
  usage: ['check [FLAGS]'],
  about: `Checks once with each credential how many pulls are left. That costs no pulls.

Exit code: 0 enough or unlimited; 1 below --warning; 2 below --critical, none left, blocked, or login rejected;
3 unknown, or wrong command line. These are the codes of Nagios.`,
  flags: {
    ...CREDENTIAL_FLAGS,
    warning: flagWithDefault(
      'PULLS',
      thresholdText,
      WARNING,
      'Warn below this: 20% of the limit, or 20 pulls',
    ),
    critical: flagWithDefault('PULLS', thresholdText, CRITICAL, 'Critical below this'),
    output: flagWithDefault('FORM', oneOf(FORMS), 'table', 'table, json, nagios or github'),
  },
  operands: {},
  usageExit: STATUSES.unknown,
  notes: () => `Examples:
  headroom check                                   This machine's address, and DOCKERHUB_USERNAME if it is set
  headroom check --docker-config --warning 50      Your own docker login
  headroom check --server http://headroom:10429 --output nagios
  headroom check --output github                   A step of a workflow, before it pulls`,
  rules: ({ given }, report) => checkSources(given, report),
  async run({ flags }, context) {
    const report = await readReport(flags, context);
    if (!report) return STATUSES.unknown;
    if (flags.output === 'github') await writeWorkflowFiles(report, context);
    context.stdout.write(`${formatReport(report, flags.output, context)}\n`);
    return STATUSES[report.status];
  },
});

type CheckFlags = Parameters<typeof readCredentials>[0] & CheckReport['thresholds'];

/** Probes the credentials. Returns undefined if none can be probed; the reason is on stderr. */
async function readReport(flags: CheckFlags, context: CommandContext): Promise<CheckReport | undefined> {
  const thresholds = { warning: flags.warning, critical: flags.critical };
  try {
    const credentials = await readCredentials(flags, context);
    const judgements = credentials.map((credential) => judge(credential, thresholds));
    return { status: worstStatus(judgements), judgements, thresholds, at: context.clock.now() };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof ServerAnswerError)) throw error;
    context.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

/** Writes the files of a GitHub workflow. A failure becomes a warning on stderr: the report is still printed. */
async function writeWorkflowFiles(report: CheckReport, { env, stderr }: CommandContext): Promise<void> {
  try {
    await writeGithubFiles(report, env);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    stderr.write(`The files of the workflow cannot be written: ${reason}\n`);
  }
}

function formatReport(
  report: CheckReport,
  form: (typeof FORMS)[number],
  { stdout, env }: CommandContext,
): string {
  switch (form) {
    case 'table':
      return asTable(report, choosePaint(stdout, env));
    case 'json':
      return asJson(report);
    case 'nagios':
      return asNagios(report);
    case 'github':
      return asGithub(report);
  }
}

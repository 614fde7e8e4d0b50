import { oneOf } from '../config/kinds/choice.ts';
import { filePath } from '../config/kinds/file-path.ts';
import { credentialName } from '../config/kinds/text.ts';
import { formatProblems, type Problem, type Report } from '../config/problem.ts';
import { FORECAST_MEMORY_MS, forecast as foresee } from '../domain/forecast/forecast.ts';
import type { SeriesPoint } from '../domain/forecast/series-point.ts';
import { spentHours } from '../domain/forecast/spending.ts';
import { buildWeeklyProfile } from '../domain/forecast/weekly-profile.ts';
import { FILE_LIMITS, FileTooLargeError, readBoundedFile } from '../kit/bounded-file.ts';
import { type CommandContext, EXIT } from './command.ts';
import { noHeadroom, rejectServer, requestApi, ServerAnswerError } from './credentials/fetch-credentials.ts';
import { checkServerFlags, SERVER_FLAGS, serverOf } from './credentials/server-flags.ts';
import { type CommandLine, defineCommand } from './define-command.ts';
import { flagWithDefault, optionalFlag } from './flag.ts';
import { isoTime } from './flag-kinds.ts';
import { describeForecast, toForecastJson } from './forecast/describe-forecast.ts';
import { readHistoryPoints } from './forecast/history-points.ts';

const FLAGS = {
  ...SERVER_FLAGS,
  credential: optionalFlag('NAME', credentialName, 'The credential at --server'),
  at: optionalFlag('TIME', isoTime, 'Forecast from this time (default: that of the newest point)'),
  output: flagWithDefault('FORM', oneOf(['text', 'json']), 'text', 'text or json'),
};
const OPERANDS = { FILE: { kind: filePath } };

/** `headroom forecast`: forecasts a bucket from its exported history. */
export const forecast = defineCommand({
  usage: ['forecast FILE.csv [FLAGS]', 'forecast --server URL --credential NAME [FLAGS]'],
  about: `Forecasts a bucket from an exported history, or from that of a running Headroom: when it is exhausted, and when
it is full again. FILE.csv has the columns at, remaining, limit, windowSeconds and outcome, as
/api/v1/credentials/NAME/history.csv of Headroom returns. Points after --at are ignored.
In JSON, risk is the probability, from 0 to 1, that it is exhausted before it is full again or, with a
history of a week, within a day.`,
  flags: FLAGS,
  operands: OPERANDS,
  notes: () => `Examples:
  curl -O http://headroom:10429/api/v1/credentials/ci/history.csv && headroom forecast history.csv
  headroom forecast history.csv --at 2026-11-23T21:00:00Z --output json
  headroom forecast --server http://headroom:10429 --credential ci`,
  rules: checkSource,
  async run({ flags, operands }, context) {
    const path = operands.FILE ?? `${flags.server?.href}`;
    const text = await (operands.FILE === undefined ? fetchText(flags, context) : readText(path, context));
    if (typeof text === 'number') return text;
    const { points, problems } = readHistoryPoints(text, path);
    if (problems.length > 0) return refuseFile(problems, context);
    const at = flags.at ?? newestAt(points) ?? context.clock.now();
    const known = points.filter((point) => point.at <= at);
    const report = toForecastJson(foresee(known, buildWeeklyProfile(spentHours(known)), at), at);
    const isJson = flags.output === 'json';
    context.stdout.write(`${isJson ? JSON.stringify(report, undefined, 2) : describeForecast(report)}\n`);
    return EXIT.ok;
  },
});

type ForecastLine = CommandLine<typeof FLAGS, typeof OPERANDS>;

/** Reports a line that names no history, or two. */
function checkSource(
  { operands, given, problems }: Pick<ForecastLine, 'operands' | 'given' | 'problems'>,
  report: Report,
): void {
  checkServerFlags(given, report);
  if (problems.length > 0) return;
  const isServer = given.has('server');
  if (operands.FILE === undefined && !isServer) {
    const allowed = `${filePath.allowed}, or --server with --credential`;
    report({ place: { kind: 'flag', flag: 'FILE' }, message: 'A file is missing', allowed });
  }
  if (operands.FILE !== undefined && isServer) {
    report({ place: { kind: 'flag', flag: '--server' }, message: 'Not together with a file' });
  }
  if (isServer !== given.has('credential')) {
    const [flag, other] = isServer ? ['--credential', '--server'] : ['--server', '--credential'];
    report({ place: { kind: 'flag', flag }, message: `It is missing beside ${other}` });
  }
}

/** Requests the history of a credential from a running Headroom. Returns the exit code if that is not possible. */
async function fetchText(flags: ForecastLine['flags'], context: CommandContext): Promise<string | number> {
  const server = serverOf(flags);
  const name = flags.credential ?? '';
  if (!server) return EXIT.badUsage;
  try {
    const from = new Date((flags.at ?? context.clock.now()) - FORECAST_MEMORY_MS).toISOString();
    const path = `api/v1/credentials/${encodeURIComponent(name)}/history.csv?from=${from}&step=raw`;
    const { url, status, body } = await requestApi(server, path, context);
    if (status === 200) return body;
    if (status !== 404) throw noHeadroom(url, `status ${status}`);
    throw new ServerAnswerError(`The Headroom at ${server.url.href} has no credential with the name ${name}`);
  } catch (error) {
    return rejectServer(error, context);
  }
}

async function readText(path: string, { stderr }: CommandContext): Promise<string | number> {
  try {
    return await readBoundedFile(path, FILE_LIMITS.history);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const reason = error instanceof FileTooLargeError ? error.message : code;
    stderr.write(`The history cannot be read: ${path}: ${reason}\n`);
    return EXIT.badUsage;
  }
}

function refuseFile(problems: readonly Problem[], { stderr }: CommandContext): number {
  stderr.write(`${formatProblems(problems, 'The history')}\n`);
  return EXIT.badUsage;
}

function newestAt(points: readonly SeriesPoint[]): number | undefined {
  return points.reduce<number | undefined>((newest, { at }) => Math.max(newest ?? at, at), undefined);
}

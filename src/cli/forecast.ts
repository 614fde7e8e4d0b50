import { oneOf } from '../config/kinds/choice.ts';
import { filePath } from '../config/kinds/file-path.ts';
import type { Problem } from '../config/problem.ts';
import { formatProblems } from '../config/problem.ts';
import { forecast as foresee } from '../domain/forecast/forecast.ts';
import type { SeriesPoint } from '../domain/forecast/series-point.ts';
import { spentHours } from '../domain/forecast/spending.ts';
import { buildWeeklyProfile } from '../domain/forecast/weekly-profile.ts';
import { FILE_LIMITS, FileTooLargeError, readBoundedFile } from '../kit/bounded-file.ts';
import { type CommandContext, EXIT } from './command.ts';
import { defineCommand } from './define-command.ts';
import { flagWithDefault, optionalFlag } from './flag.ts';
import { readHistoryPoints } from './forecast/history-points.ts';
import { toForecastJson } from './forecast/report-json.ts';
import { describeForecast } from './forecast/report-text.ts';
import { isoTime } from './iso-time.ts';

/** `headroom forecast`: foresees a bucket from its exported history. */
export const forecast = defineCommand({
  usage: ['forecast FILE.csv [FLAGS]'],
  about: `Foresees a bucket from an exported history: when it runs dry, and when it is full again.
FILE.csv has the columns at, remaining, limit, windowSeconds and outcome, as
/api/v1/credentials/NAME/history.csv of Headroom answers. What comes after --at is not looked at.`,
  flags: {
    at: optionalFlag('TIME', isoTime, 'Foresee as of this time (default: that of the newest point)'),
    output: flagWithDefault('FORM', oneOf(['text', 'json']), 'text', 'text or json'),
  },
  operands: { FILE: { kind: filePath } },
  notes: () => `Examples:
  curl -O http://headroom:10429/api/v1/credentials/ci/history.csv && headroom forecast history.csv
  headroom forecast history.csv --at 2026-11-23T21:00:00Z --output json`,
  rules({ operands, problems }, report) {
    if (operands.FILE !== undefined || problems.length > 0) return;
    report({
      place: { kind: 'flag', flag: 'FILE' },
      message: 'A file is missing',
      allowed: filePath.allowed,
    });
  },
  async run({ flags, operands }, context) {
    const path = operands.FILE ?? '';
    const text = await readText(path, context);
    if (text === undefined) return EXIT.badUsage;
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

async function readText(path: string, { stderr }: CommandContext): Promise<string | undefined> {
  try {
    return await readBoundedFile(path, FILE_LIMITS.history);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const reason = error instanceof FileTooLargeError ? error.message : code;
    stderr.write(`The history cannot be read: ${path}: ${reason}\n`);
    return undefined;
  }
}

function refuseFile(problems: readonly Problem[], { stderr }: CommandContext): number {
  stderr.write(`${formatProblems(problems, 'The history')}\n`);
  return EXIT.badUsage;
}

function newestAt(points: readonly SeriesPoint[]): number | undefined {
  return points.reduce<number | undefined>((newest, { at }) => Math.max(newest ?? at, at), undefined);
}

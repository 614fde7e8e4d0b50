import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { oneOf } from '../config/kinds/choice.ts';
import { filePath } from '../config/kinds/file-path.ts';
import { ConfigError } from '../config/problem.ts';
import { createOwners } from '../domain/spending/owners.ts';
import { createUsageTally, USAGE_GROUPS, type UsageTally } from '../domain/spending/usage-summary.ts';
import { cleanText } from '../kit/foreign-text.ts';
import { compileNetworks, maskAddress } from '../kit/network-address.ts';
import { NoUsageReportError, readUsageReport, type UnreadableRow } from '../spending/read-usage-report.ts';
import { type CommandContext, EXIT } from './command.ts';
import { chooseConfig } from './credentials/choose-config.ts';
import { defineCommand } from './define-command.ts';
import { flagWithDefault, optionalFlag } from './flag.ts';
import { USAGE_FORMS, writeUsage } from './usage/usage-forms.ts';

/** The exit code if a file or a row was left out. */
const INCOMPLETE = 3;
/** The most unreadable rows of a file that are named. */
const MAX_NAMED = 20;

/** `headroom usage`: sums usage reports of Docker Hub. */
export const usage = defineCommand({
  usage: ['usage FILE.csv... [FLAGS]'],
  about: `Shows who spent the pulls, from the usage reports that Docker Hub sends to paid organizations as CSV files.
Their hours have no time zone; UTC is assumed. Teams are those of spending.owners; without a rule a user stands for
itself.

Exit code: 0 every row was read; 2 no file can be read, or the command line or configuration is wrong;
3 rows or files were left out.`,
  flags: {
    by: flagWithDefault(
      'GROUP',
      oneOf(USAGE_GROUPS),
      'team',
      `${USAGE_GROUPS.slice(0, -1).join(', ')} or day`,
    ),
    output: flagWithDefault('FORM', oneOf(USAGE_FORMS), 'table', 'table, json or csv'),
    'config.file': optionalFlag('FILE', filePath, 'Use the owners of this configuration file'),
  },
  operands: { FILE: { kind: filePath, isRepeated: true } },
  notes: () => `Examples:
  headroom usage dockerhub-usage.csv --config.file headroom.yml
  headroom usage 2026-10.csv 2026-11.csv --by repository --output csv > repositories.csv`,
  rules({ operands, problems }, report) {
    if (operands.FILE.length > 0 || problems.length > 0) return;
    report({
      place: { kind: 'flag', flag: 'FILE' },
      message: 'A file is missing',
      allowed: filePath.allowed,
    });
  },
  async run({ flags, operands }, context) {
    const config = await readConfig(flags['config.file'], context);
    if (!config) return EXIT.badUsage;
    const { owners = [], maskAddresses = false } = config.spending ?? {};
    const tally = createUsageTally({
      by: flags.by,
      teamOf: createOwners(owners, compileNetworks),
      showAddress: maskAddresses ? maskAddress : (address) => address,
    });
    let unreadable = 0;
    let failed = 0;
    for (const path of await distinctFiles(operands.FILE)) {
      const left = await addFile(path, tally, context);
      if (left === undefined) failed += 1;
      else unreadable += left;
    }
    if (failed > 0 && tally.summary().rows === 0) return EXIT.badUsage;
    writeUsage(tally.summary(), unreadable, flags.output, context);
    return failed + unreadable > 0 ? INCOMPLETE : EXIT.ok;
  },
});

async function readConfig(
  path: string | undefined,
  { env, stderr }: CommandContext,
): Promise<Config | undefined> {
  try {
    return await chooseConfig({ 'config.file': path, 'docker-config': false, credential: [] }, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    stderr.write(`${error.message}\n`);
    return undefined;
  }
}

/** Removes files that are given more than once, by one name or several. */
async function distinctFiles(paths: readonly string[]): Promise<string[]> {
  const byPlace = new Map<string, string>();
  for (const path of paths) {
    const place = await realpath(path).catch(() => path);
    if (!byPlace.has(place)) byPlace.set(place, path);
  }
  return [...byPlace.values()];
}

/** Adds the rows of a file. Returns the number of unreadable rows; undefined if the file cannot be read at all. */
async function addFile(
  path: string,
  tally: UsageTally,
  { stderr, stopSignal: signal }: CommandContext,
): Promise<number | undefined> {
  let unreadable = 0;
  try {
    for await (const batch of readUsageReport(createReadStream(path, { encoding: 'utf8', signal }))) {
      for (const row of batch.rows) tally.add(row);
      nameRows(path, batch.unreadable, MAX_NAMED - unreadable, stderr);
      unreadable += batch.unreadable.length;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (!(error instanceof NoUsageReportError) && code === undefined) throw error;
    stderr.write(`${path}: ${code === undefined ? (error as Error).message : `Cannot be read: ${code}`}\n`);
    return undefined;
  }
  if (unreadable > MAX_NAMED) stderr.write(`${path}: ${unreadable - MAX_NAMED} more rows cannot be read\n`);
  return unreadable;
}

function nameRows(
  path: string,
  rows: readonly UnreadableRow[],
  most: number,
  stderr: CommandContext['stderr'],
): void {
  for (const { line, reason } of rows.slice(0, Math.max(0, most))) {
    stderr.write(`${path}:${line}: Row left out: ${cleanText(reason)}\n`);
  }
}

import { oneOf } from '../config/kinds/choice.ts';
import { SPENDING_GROUPS } from '../domain/spending/spending-report.ts';
import {
  describeWaiting,
  middleOf,
  NOT_KNOWN,
  rangeWords,
  shareWords,
  wholeOf,
} from '../domain/spending/spending-words.ts';
import { cleanText, quoteForeign } from '../kit/foreign-text.ts';
import type { SpendingJson } from '../web/spending/api-routes.ts';
import { alignColumns, type CommandContext, choosePaint, EXIT, rightAlign } from './command.ts';
import { type ApiResponse, noHeadroom, rejectServer, requestApi } from './credentials/fetch-credentials.ts';
import { checkServerFlags, SERVER_FLAGS, serverOf } from './credentials/server-flags.ts';
import { defineCommand } from './define-command.ts';
import { flagWithDefault, optionalFlag, repeatableFlag } from './flag.ts';
import { isoTime, plainText } from './flag-kinds.ts';
import { ownUrls } from './health.ts';

/** The output forms. */
const FORMS = ['table', 'json', 'csv'] as const;
/** The longest name in the table, in characters. */
const MAX_NAME = 60;
/** Statuses of the API for a request that is not valid, or for something that does not exist. */
const REFUSED = new Set([400, 404]);

/** `headroom spending`: requests from a running Headroom who spent the pulls of a bucket. */
export const spending = defineCommand({
  usage: ['spending [FLAGS]'],
  about: `Shows who spent the pulls of a bucket, from a running Headroom whose section spending is configured. The rows are
ranges that hold; what the bucket lost beyond them is shown as unexplained.
Without --server it requests the Headroom of this machine, at HEADROOM_LISTEN_ADDRESS.

Exit code: 0 the report was printed; 1 no Headroom answers; 2 the command line is wrong, there is no such bucket,
or spending is not configured.`,
  flags: {
    by: repeatableFlag(
      'GROUP',
      oneOf(SPENDING_GROUPS),
      'A column of the rows, such as team (the default) or image',
    ),
    from: optionalFlag('TIME', isoTime, 'From this time (default: a day before --to)'),
    to: optionalFlag('TIME', isoTime, 'Up to this time (default: now)'),
    bucket: optionalFlag(
      'NAME',
      plainText('the source of a bucket or the name of a credential'),
      'The source of the bucket, or a credential that draws on it (default: the only one)',
    ),
    output: flagWithDefault('FORM', oneOf(FORMS), 'table', 'table, json or csv'),
    ...SERVER_FLAGS,
  },
  operands: {},
  notes: () => `Examples:
  headroom spending --by team --server http://headroom:10429
  headroom spending --by namespace --by image --bucket ci --from 2026-11-23T00:00:00Z --output csv`,
  rules: ({ given }, report) => checkServerFlags(given, report, true),
  async run({ flags }, context) {
    const path = `api/v1/spending${flags.output === 'csv' ? '.csv' : ''}?${queryOf(flags)}`;
    try {
      const response = await requestApi(serverOf(flags, ownUrls(context.env, '/')[0]), path, context);
      if (response.status !== 200) return refuse(response, context);
      context.stdout.write(format(response, flags.output, context));
      return EXIT.ok;
    } catch (error) {
      return rejectServer(error, context);
    }
  },
});

function queryOf({
  by,
  from,
  to,
  bucket,
}: {
  by: readonly string[];
  from: number | undefined;
  to: number | undefined;
  bucket: string | undefined;
}): URLSearchParams {
  const time = (at: number | undefined) => (at === undefined ? '' : new Date(at).toISOString());
  // An empty parameter counts as missing.
  return new URLSearchParams({ by: by.join(','), from: time(from), to: time(to), bucket: bucket ?? '' });
}

/** Writes the message of an error response. Returns the exit code. */
function refuse({ url, status, body }: ApiResponse, { stderr }: CommandContext): number {
  const { error } = (parseJson(body) ?? {}) as { error?: { message?: unknown } };
  if (typeof error?.message !== 'string') throw noHeadroom(url, `status ${status}`);
  stderr.write(`${quoteForeign(error.message)}\n`);
  return REFUSED.has(status) ? EXIT.badUsage : EXIT.failed;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function format({ url, body }: ApiResponse, form: (typeof FORMS)[number], context: CommandContext): string {
  if (form === 'csv') return body;
  const report = parseJson(body) as SpendingJson | undefined;
  if (!Array.isArray(report?.rows)) throw noHeadroom(url, 'the response is not that of Headroom');
  return form === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : asTable(report, context);
}

function asTable(report: SpendingJson, { stdout, env }: CommandContext): string {
  const { by, rows, spent, explained, unexplained, bucket, credentials, from, to } = report;
  const whole = wholeOf({ spent, explained });
  const names = (first: string) => by.map((_, i) => (i === 0 ? first : ''));
  const cells = [
    [...by.map((group) => group.toUpperCase()), 'PULLS', 'SHARE', 'REFUSED'],
    ...rows.map((row) => [
      ...by.map((group) => cleanText(row[group] ?? NOT_KNOWN, MAX_NAME)),
      rangeWords(row.pulls),
      shareWords(middleOf(row.pulls), whole),
      String(row.refused),
    ]),
    ...(unexplained
      ? [
          [
            ...names('unexplained'),
            rangeWords(unexplained),
            shareWords(whole - middleOf(explained), whole),
            '',
          ],
        ]
      : []),
    [
      ...names('lost by the bucket'),
      spent === null ? 'not known' : rangeWords({ low: spent, high: spent }),
      '',
      '',
    ],
  ];
  const [head = '', ...lines] = alignColumns(rightAlign(cells, by.length)).split('\n');
  const paint = choosePaint(stdout, env);
  const waiting = describeWaiting(report.waiting.map((one) => ({ ...one, since: Date.parse(one.since) })));
  const since = waiting && `${new Date(waiting.since).toISOString().slice(0, 16)}Z`;
  const refusals = waiting
    ? [`Refused now: ${waiting.pods} since ${since}: ${cleanText(waiting.places)}`]
    : [];
  const others = credentials.filter((name) => name !== bucket);
  const foot = `Bucket ${[bucket, ...others].map((name) => cleanText(name, MAX_NAME)).join(', ')}: ${from} to ${to}`;
  return `${[paint('faint', head), ...lines, ...refusals, paint('faint', foot)].join('\n')}\n`;
}

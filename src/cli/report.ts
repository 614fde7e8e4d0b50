import { quoteForeign } from '../kit/foreign-text.ts';
import { EXIT } from './command.ts';
import { noHeadroom, rejectServer, requestApi } from './credentials/fetch-credentials.ts';
import { checkServerFlags, SERVER_FLAGS, serverOf } from './credentials/server-flags.ts';
import { defineCommand } from './define-command.ts';
import { optionalFlag } from './flag.ts';
import { isoTime, plainText } from './flag-kinds.ts';
import { ownUrls } from './health.ts';

/** Statuses of the API for a request that is not valid, or for a bucket that does not exist. */
const REFUSED = new Set([400, 404]);

/** `headroom report`: requests from a running Headroom what it knows of a bucket, as Markdown for a support ticket. */
export const report = defineCommand({
  usage: ['report [FLAGS]'],
  about: `Prints what a running Headroom knows of one bucket, as one Markdown document for a support ticket with Docker or the
network team: sources, readings, refusals, changes of the limit, and the requests that Headroom itself sends. It
contains no password and no token. It contains the source, an address or an account, and the names of credentials.
Without --server it requests the Headroom of this machine, at HEADROOM_LISTEN_ADDRESS.

Exit code: 0 the report was printed; 1 no Headroom answers; 2 the command line is wrong, or there is no such bucket.`,
  flags: {
    bucket: optionalFlag(
      'NAME',
      plainText('the source of a bucket or the name of a credential'),
      'The source of the bucket, or a credential that draws on it (default: the only one)',
    ),
    from: optionalFlag('TIME', isoTime, 'From this time (default: a day before --to)'),
    to: optionalFlag('TIME', isoTime, 'Up to this time (default: now)'),
    ...SERVER_FLAGS,
  },
  operands: {},
  notes: () => `Examples:
  headroom report --bucket ci > report.md
  headroom report --bucket 203.0.113.7 --from 2026-11-23T00:00:00Z --server http://headroom:10429`,
  rules: ({ given }, report) => checkServerFlags(given, report, true),
  async run({ flags }, context) {
    const time = (at: number | undefined) => (at === undefined ? '' : new Date(at).toISOString());
    const { bucket = '', from, to } = flags;
    // An empty parameter counts as missing.
    const query = new URLSearchParams({ bucket, from: time(from), to: time(to) });
    try {
      const server = serverOf(flags, ownUrls(context.env, '/')[0]);
      const { url, status, body } = await requestApi(server, `api/v1/report?${query}`, context);
      if (status === 200 && body.startsWith('# ')) {
        context.stdout.write(body);
        return EXIT.ok;
      }
      const message = messageIn(body);
      if (message === undefined) throw noHeadroom(url, `status ${status}`);
      context.stderr.write(`${quoteForeign(message)}\n`);
      return REFUSED.has(status) ? EXIT.badUsage : EXIT.failed;
    } catch (error) {
      return rejectServer(error, context);
    }
  },
});

/** Returns the message of an error of the API; undefined if the text is something else. */
function messageIn(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : undefined;
  } catch {
    return undefined;
  }
}

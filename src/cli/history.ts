import { existsSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { parseFlags } from '../config/flags.ts';
import { filePath, fileToWrite } from '../config/kinds/file-path.ts';
import { loadConfig } from '../config/load-config.ts';
import { ConfigError } from '../config/problem.ts';
import { checkBackup, copyUnusedFile } from '../history/sqlite/backup.ts';
import { HistoryFileError, sqlFaultOf } from '../history/sqlite/sql-fault.ts';
import { type Command, type CommandContext, type CommandTable, EXIT } from './command.ts';
import { fetchBackup, ServerAnswerError } from './credentials/fetch-credentials.ts';
import { checkServerFlags, type HeadroomServer, SERVER_FLAGS, serverOf } from './credentials/server-flags.ts';
import { defineCommand, defineGroup } from './define-command.ts';
import { optionalFlag } from './flag.ts';
import { urlsOf } from './health.ts';

const FLAGS = {
  'config.file': optionalFlag('FILE', filePath, 'Back up the history of this configuration'),
  'history.path': optionalFlag('FILE', fileToWrite, 'Back up this history file'),
  ...SERVER_FLAGS,
};

const backup = defineCommand({
  usage: ['history backup FILE [FLAGS]'],
  about: `Writes a copy of the history to FILE, and checks it. The copy is one consistent state, with what is still in the
write-ahead log. A running Headroom is requested to make it: the one of --server, or the one of this machine that uses
the history file. An existing FILE is not changed.

Exit code: 0 the backup is written and complete; 1 it failed, and FILE was not kept; 2 wrong command line or
configuration.`,
  flags: FLAGS,
  operands: { FILE: { kind: fileToWrite } },
  notes: () => `Examples:
  headroom history backup headroom-backup.db
  headroom history backup /backup/headroom.db --history.path /var/lib/headroom/headroom.db
  headroom history backup headroom.db --server http://headroom:10429 --server.username ops --server.password-file pw`,
  rules({ operands, given, problems }, report) {
    checkServerFlags(given, report, true);
    if (operands.FILE === undefined && problems.length === 0) {
      const allowed = 'the path of a file that does not exist';
      report({ place: { kind: 'flag', flag: 'FILE' }, message: 'A file is missing', allowed });
    }
    for (const flag of ['config.file', 'history.path'] as const) {
      if (given.has('server') && given.has(flag)) {
        report({ place: { kind: 'flag', flag: `--${flag}` }, message: 'Not together with --server' });
      }
    }
  },
  async run({ flags, operands }, context) {
    const target = operands.FILE ?? '';
    try {
      await reserve(target);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      context.stderr.write(`Cannot write ${target}: ${code === 'EEXIST' ? 'the file exists' : message}\n`);
      return EXIT.failed;
    }
    try {
      const server = serverOf(flags);
      await (server ? receive(server, target, context) : copyOwn(flags, target, context));
      const { credentials, results, events, schema } = checkBackup(target);
      const { size } = await stat(target);
      context.stdout.write(
        `Wrote ${target}: ${size} bytes, ${credentials} credentials, ${results} results, ${events} events, schema ${schema}; checked\n`,
      );
      return EXIT.ok;
    } catch (error) {
      await rm(target, { force: true });
      return reject(error, context);
    }
  },
});

/** Creates an empty file that only this user can read. It fails if the file exists. */
async function reserve(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  await file.close();
}

/** Copies the history file of the configuration, or requests the copy from the Headroom that uses it. */
async function copyOwn(
  flags: Pick<Parameters<typeof serverOf>[0], 'server.username' | 'server.password-file'> & {
    readonly 'config.file': string | undefined;
    readonly 'history.path': string | undefined;
  },
  target: string,
  context: CommandContext,
): Promise<void> {
  const argv = (['config.file', 'history.path'] as const).flatMap((name) =>
    flags[name] === undefined ? [] : `--${name}=${flags[name]}`,
  );
  const { history: own, web } = await loadConfig({ flags: parseFlags(argv), env: context.env });
  if (!existsSync(own.path)) throw new HistoryFileError(`There is no history file: ${own.path}`);
  try {
    copyUnusedFile(own.path, target);
  } catch (error) {
    if (sqlFaultOf(error) !== 'busy') throw error;
    const [plain, secure] = urlsOf(web.listenAddresses[0], web.routePrefix);
    const url = web.configFile === undefined ? plain : secure;
    await receive(serverOf({ ...flags, server: undefined }, url), target, context);
  }
}

/** Writes the backup of a running Headroom to a file, and waits for the disk. */
async function receive(server: HeadroomServer, target: string, context: CommandContext): Promise<void> {
  const file = await open(target, 'r+');
  try {
    await fetchBackup(server, (bytes) => file.writeFile(bytes), context);
    await file.sync();
  } finally {
    await file.close();
  }
}

function reject(error: unknown, { stderr }: CommandContext): number {
  const isExpected = error instanceof ServerAnswerError || error instanceof HistoryFileError;
  const isUsage = error instanceof ConfigError;
  if (
    !isExpected &&
    !isUsage &&
    sqlFaultOf(error) === 'other' &&
    !(error instanceof Error && 'syscall' in error)
  ) {
    throw error;
  }
  stderr.write(
    `${isUsage ? '' : 'No backup was written. '}${error instanceof Error ? error.message : String(error)}\n`,
  );
  return isUsage ? EXIT.badUsage : EXIT.failed;
}

const COMMANDS: CommandTable = {
  backup: { about: 'Write a consistent copy of the history file', load: async () => backup },
};

/** `headroom history`: looks after the history file. Without a subcommand it prints the list of them. */
export const history: Command = defineGroup({
  name: 'history',
  about: 'Looks after the history file.',
  notes: () => 'Examples:\n  headroom history backup headroom-backup.db',
  commands: COMMANDS,
});

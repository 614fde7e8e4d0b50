import { oneOf } from '../../config/kinds/choice.ts';
import { webUrl } from '../../config/kinds/url.ts';
import { FILE_LIMITS, readBoundedFile } from '../../kit/bounded-file.ts';
import { DEFAULT_PORT } from '../../simulator/settings.ts';
import { type Command, type CommandContext, EXIT } from '../command.ts';
import type { CommandLine, OperandTable } from '../define-command.ts';
import { type CommandParts, defineCommand } from '../define-command.ts';
import { type FlagTable, type FlagValues, flagWithDefault, optionalFlag } from '../flag.ts';
import { plainText } from '../flag-kinds.ts';
import { type ControlClient, ControlError, createControlClient } from './control-client.ts';

/** The result of a control command. */
export interface CommandResult {
  /** The response of the simulator, for `--output=json`. */
  readonly answer: unknown;
  /** The response as text, for `--output=table`, without a final newline. */
  readonly text: string;
}

/** Default of `--url`. */
export const DEFAULT_CONTROL_URL = new URL(`http://127.0.0.1:${DEFAULT_PORT}`);

/** The flags of every control command. */
const CONTROL_FLAGS = {
  url: flagWithDefault(
    'URL',
    webUrl(DEFAULT_CONTROL_URL.origin, 'host'),
    DEFAULT_CONTROL_URL,
    'URL of the simulator',
  ),
  'tls-ca-file': optionalFlag(
    'FILE',
    plainText('the path of a file'),
    'Trust the certificate authority that the simulator wrote to this file',
  ),
  output: flagWithDefault('FORM', oneOf(['table', 'json']), 'table', 'table, or json for programs'),
};

type ControlParts<F extends FlagTable, O extends OperandTable> = Omit<CommandParts<F, O>, 'run'> & {
  /** Sends the requests of the command. */
  readonly act: (control: ControlClient, line: CommandLine<F, O>) => Promise<CommandResult>;
};

/**
 * Defines a command that sends requests to a running simulator and prints its response. Exit code 1 if no simulator answers
 * or it rejects a request.
 */
export function controlCommand<const F extends FlagTable, const O extends OperandTable>(
  parts: ControlParts<F, O>,
): Command {
  const flags = { ...parts.flags, ...CONTROL_FLAGS };
  return defineCommand({ ...parts, flags, run });

  async function run(
    line: CommandLine<F & typeof CONTROL_FLAGS, O>,
    context: CommandContext,
  ): Promise<number> {
    // TypeScript cannot infer the values of a generic table of flags.
    const flags: FlagValues<FlagTable> = line.flags;
    const { url, output, 'tls-ca-file': caFile } = flags as FlagValues<typeof CONTROL_FLAGS>;
    try {
      const authority = caFile === undefined ? undefined : await readAuthority(caFile);
      const control = createControlClient(url, authority, context);
      const { answer, text } = await parts.act(control, line).finally(() => control.close());
      context.stdout.write(`${output === 'json' ? JSON.stringify(answer, undefined, 2) : text}\n`);
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      context.stderr.write(`${error.message}\n`);
      return EXIT.failed;
    }
  }
}

async function readAuthority(path: string): Promise<string> {
  try {
    return await readBoundedFile(path, FILE_LIMITS.certificates);
  } catch (cause) {
    throw new ControlError(`Cannot read the certificate authority: ${(cause as Error).message}`, { cause });
  }
}

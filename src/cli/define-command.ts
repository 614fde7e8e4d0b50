import type { Problem, Report } from '../config/problem.ts';
import { type Command, type CommandContext, type CommandShape, EXIT } from './command.ts';
import { type CommandLine, type OperandTable, readCommandLine } from './command-line.ts';
import { type FlagTable, flagRules, toggle } from './flag.ts';
import { helpText } from './help-text.ts';
import { refuseUsage } from './refuse-usage.ts';

/** What a command is made of. */
export interface CommandParts<F extends FlagTable, O extends OperandTable> {
  /** The ways to call it, each without the program's name. */
  readonly usage: readonly string[];
  /** What it does, in sentences. */
  readonly about: string;
  readonly flags: F;
  /** What it takes beside flags, in order. */
  readonly operands: O;
  /** The exit code when the command line is wrong; 2 unless given. */
  readonly usageExit?: number;
  /** What else its help text says. */
  readonly notes?: () => string | Promise<string>;
  /** Reports what flags and operands have against each other. */
  readonly rules?: (line: CommandLine<F, O>, report: Report) => void;
  /** Runs it with a command line that is in order; the result is the exit code. */
  readonly run: (line: CommandLine<F, O>, context: CommandContext) => Promise<number>;
}

/** A command with `--help` and `-h`, which reports everything that is wrong with its command line before it runs. */
export function defineCommand<const F extends FlagTable, const O extends OperandTable>(
  parts: CommandParts<F, O>,
): Command {
  const flags = { ...parts.flags, help: toggle('Print this text, and exit', 'h') };
  const { usage, about } = parts;
  const words = Object.values(parts.operands).flatMap(({ kind }) => kind.choices ?? []);
  const shape: CommandShape = { usage, about, flags: flagRules(flags), notes: parts.notes, words };
  return {
    describe: () => shape,
    async run(argv, context) {
      const line = readCommandLine({ flags, operands: parts.operands }, argv);
      if (line.given.has('help')) {
        context.stdout.write(await helpText(shape));
        return EXIT.ok;
      }
      const problems: Problem[] = [...line.problems];
      parts.rules?.(line, (problem) => void problems.push(problem));
      if (problems.length === 0) return parts.run(line, context);
      refuseUsage(problems, context);
      return parts.usageExit ?? EXIT.badUsage;
    },
  };
}

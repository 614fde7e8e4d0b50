import { formatProblems, type Problem } from '../config/problem.ts';
import { type CommandContext, EXIT } from './command.ts';

/** Says what is wrong with the command line, all of it at once. Returns the exit code: 2. */
export function refuseUsage(
  problems: readonly Problem[],
  { stderr }: Pick<CommandContext, 'stderr'>,
): number {
  stderr.write(`${formatProblems(problems, 'The command line')}\n`);
  return EXIT.badUsage;
}

/**
 * Compares the readers of `headroom plan` with the parsers of Docker, Kubernetes and GitHub, over files of your own.
 *
 *     npm run plan-oracle -- KIND --oracle PROGRAM [--show N] FILE…
 *
 * KIND is a key of `COMPARISONS`. PROGRAM is built from the Go source in the folder of that name; for `gitlab` it is `resolve.py`, which
 * is the default. It reads a file name a line and writes a JSON object a line. A FILE of `reference` has a reference a line. `-` in place of the files reads their names from the
 * standard input. Exit code 1: less than 99.5 % agree, or a plan would be called complete although the oracle has an image that
 * it lacks.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { bake } from './bake/bake.ts';
import { type Comparison, type Difference, MIN_AGREEMENT } from './comparison.ts';
import { compose } from './compose/compose.ts';
import { dockerfile } from './dockerfile/dockerfile.ts';
import { gitlab } from './gitlab/gitlab.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { reference } from './reference/reference.ts';
import { workflow } from './workflow/workflow.ts';

/** The comparisons by the argument KIND. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  bake,
  compose,
  dockerfile,
  gitlab,
  kubernetes,
  reference,
  workflow,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { oracle: { type: 'string' }, show: { type: 'string', default: '20' } },
});
const [kind = '', ...operands] = positionals;
const comparison = Object.hasOwn(COMPARISONS, kind) ? COMPARISONS[kind] : undefined;
const oracle = values.oracle ?? (kind === 'gitlab' ? 'bench/plan-oracle/gitlab/resolve.py' : undefined);
if (!comparison || oracle === undefined || operands.length === 0) {
  console.error(
    `Usage: npm run plan-oracle -- KIND --oracle PROGRAM FILE…\nKIND: ${Object.keys(COMPARISONS).join(', ')}`,
  );
  process.exit(2);
}
const files =
  operands[0] === '-'
    ? readFileSync(0, 'utf8')
        .split('\n')
        .filter((name) => name !== '')
    : operands;
process.exitCode = (await compareFiles(comparison, oracle, files)) ? 0 : 1;

/** Compares all files, prints the result, and reports whether it is good enough. */
async function compareFiles(
  { compare, nameOf }: Comparison,
  program: string,
  names: readonly string[],
): Promise<boolean> {
  const counts = { agree: 0, differ: 0, silent: 0, rejected: 0 };
  const explained = new Map<string, number>();
  const limit = Number(values.show);
  for await (const line of answersOf(program, names)) {
    const answer: unknown = JSON.parse(line);
    const name = nameOf(answer);
    const difference = compare(answer);
    if (!difference) counts.agree++;
    else if (difference.isRejected) counts.rejected++;
    else if (difference.explanation !== undefined) {
      explained.set(difference.explanation, (explained.get(difference.explanation) ?? 0) + 1);
    } else {
      counts.differ++;
      if (difference.isSilent) counts.silent++;
      if (counts.differ <= limit || difference.isSilent) console.log(describe(name, difference));
    }
  }
  const intended = [...explained.values()].reduce((sum, count) => sum + count, 0);
  const total = counts.agree + counts.differ + intended;
  for (const [reason, count] of explained) console.log(`${count} differ as intended: ${reason}`);
  if (counts.rejected > 0) {
    console.log(`${counts.rejected} are not compared: only the oracle rejects them`);
  }
  const share = total === 0 ? 0 : counts.agree / total;
  console.log(
    `${counts.agree} of ${total} agree (${(share * 100).toFixed(2)} %), ${counts.differ} differ, ${counts.silent} silent omissions`,
  );
  return share >= MIN_AGREEMENT && counts.silent === 0;
}

function describe(name: string, { isSilent, lines }: Difference): string {
  return [`${isSilent ? 'SILENT ' : ''}${name}`, ...lines.slice(0, 8).map((line) => `    ${line}`)].join(
    '\n',
  );
}

/** Runs the oracle. Yields its lines, one for each file. */
async function* answersOf(program: string, names: readonly string[]): AsyncGenerator<string> {
  const oracle = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  oracle.stdin.end(names.map((name) => `${name}\n`).join(''));
  yield* createInterface({ input: oracle.stdout, crlfDelay: Number.POSITIVE_INFINITY });
}

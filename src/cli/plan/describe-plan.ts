import { formatImageReference } from '../../domain/image-reference.ts';
import type { ImageCost } from '../../domain/pull-cost/count-pulls.ts';
import type { Plan } from '../../domain/pull-cost/plan.ts';
import { adviceWords, answerPlan, pullWords } from '../../domain/pull-cost/plan-words.ts';
import { formatRange } from '../../domain/pull-cost/pull-range.ts';
import { placeWords } from '../../domain/pull-cost/workload.ts';
import type { Paint } from '../command.ts';

/** The parts of the description of a plan. */
export interface PlanDescription {
  readonly plan: Plan;
  /** Names of files without workloads. */
  readonly unrecognised: readonly string[];
  /** The files as operands of the command line, for suggested commands; undefined for a running cluster. */
  readonly files: string | undefined;
  readonly paint: Paint;
}

const COLUMNS = ['PULLS', 'IMAGE', 'POLICY', 'MACHINES', 'FOR', 'WHERE'] as const;
/** The most file names that are listed. */
const MAX_NAMES = 3;
/** The most problems that are listed; JSON has all of them. */
const MAX_LEFT_OUT = 20;

/** Formats a plan as text: images, total, what was left out, advice, and the result as last line. */
export function describePlan({ plan, unrecognised, files, paint }: PlanDescription, now: number): string {
  const { headline, reason, tone } = answerPlan(plan, now);
  const sections = [
    describeImages(plan, paint),
    describeLeftOut(plan, unrecognised, paint),
    describeAdvice(plan, files, paint),
    `${paint(tone, headline)}: ${reason}`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function describeImages({ cost, options }: Plan, paint: Paint): string {
  if (cost.images.length === 0) return '';
  const rows = cost.images.map(cellsOf);
  const total = [formatRange(cost.total), totalWords(options)];
  const [totalNumber = ''] = total;
  const widths = COLUMNS.map((name, i) =>
    rows.reduce(
      (width, row) => Math.max(width, row[i]?.length ?? 0),
      Math.max(name.length, i === 0 ? totalNumber.length : 0),
    ),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const lines = rows.map((row, i) => {
    const isFree = cost.images[i]?.pulls.high === 0;
    return isFree ? paint('faint', line(row)) : line(row);
  });
  return [paint('faint', line(COLUMNS)), ...lines, line(total)].join('\n');
}

function cellsOf(cost: ImageCost): string[] {
  const { use, workload, pulls, machines, isOnHub } = cost;
  return [
    isOnHub ? formatRange(pulls) : '-',
    formatImageReference(use.reference),
    noteOf(cost) ?? (use.hasLogin === false ? `${use.policy}, no login` : use.policy),
    isOnHub ? formatRange(machines) : '-',
    `${workload.kind} ${workload.name}, ${use.container}`,
    placeWords(use),
  ];
}

/** Returns a note that matters more than the pull policy; undefined if there is none. */
function noteOf({ isOnHub, isCached, isWrongPlatform, use }: ImageCost): string | undefined {
  if (!isOnHub) return 'not Docker Hub';
  if (isWrongPlatform) return 'wrong platform';
  if (isCached) return 'cached';
  if (!use.isOptional) return undefined;
  return use.role === 'service' ? 'may be built' : 'not needed';
}

function totalWords({ model, clusters, nodes }: Plan['options']): string {
  const where = [
    ...(clusters === 1 ? [] : [`${clusters} clusters`]),
    ...(nodes === undefined
      ? []
      : [`${nodes} node${nodes === 1 ? '' : 's'}${clusters === 1 ? '' : ' each'}`]),
  ];
  return ['in all', ...where, `counted ${model}`].join(', ');
}

function describeLeftOut({ problems }: Plan, unrecognised: readonly string[], paint: Paint): string {
  const further = problems.length - MAX_LEFT_OUT;
  const lines = problems
    .slice(0, MAX_LEFT_OUT)
    .map((problem) => `  ${placeWords(problem)}: ${problem.message}`);
  const names = unrecognised.slice(0, MAX_NAMES).join(', ');
  const more = unrecognised.length - MAX_NAMES;
  return [
    ...(lines.length > 0 ? [paint('warn', 'Left out, so that it may cost more:'), ...lines] : []),
    ...(further > 0 ? [`  and ${further} more`] : []),
    ...(names === ''
      ? []
      : [paint('faint', `Nothing to plan in ${names}${more > 0 ? ` and ${more} more` : ''}`)]),
  ].join('\n');
}

function describeAdvice({ judgement, cost }: Plan, files: string | undefined, paint: Paint): string {
  const advice = judgement?.advice ?? [];
  if (advice.length === 0) return '';
  const lines = advice.flatMap((one) => {
    const { text, command } = adviceWords(one, files);
    return [`  - ${text}`, ...(command === undefined ? [] : [paint('faint', `      ${command}`)])];
  });
  return [`What would help, instead of ${pullWords(cost.total)}:`, ...lines].join('\n');
}

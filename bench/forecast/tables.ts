import { DAY_MS } from './demand.ts';
import { METHODS, type TraceScore } from './evaluate.ts';
import { type MethodScore, quantileOf, TAUS, WITHIN_MS } from './score.ts';

/** A row of the tables. */
export interface Group {
  readonly name: string;
  readonly score: TraceScore;
}

/** A tenth of stated risk with fewer moments than this share has no reliability: chance decides. */
const LEAST_SHARE = 0.02;

/** Returns the tables of docs/forecast.md, in Markdown. */
export function renderTables(groups: readonly Group[]): string {
  const all = groups.at(-1)?.score.forecastMs ?? [];
  const times = [...all].sort((a, b) => a - b);
  return [
    'Quantile loss in minutes, mean of the three quantiles; in brackets of what is published',
    table(
      ['trace', 'moments', ...METHODS, 'headroom / oracle', 'published', 'width', 'oracle width'],
      groups.map(lossRow),
    ),
    'Brier score within 15, 30, 60 minutes, and before the refill',
    table(['trace', ...METHODS], groups.map(brierRow)),
    'Reliability of the risk: stated and happened in each tenth, worst tenth, mean difference (all, within 15, 30, 60 minutes)',
    table(
      [
        'trace',
        ...Array.from({ length: 10 }, (_, i) => `${i}0 %`),
        'worst',
        'mean',
        '15',
        '30',
        '60',
        'oracle',
      ],
      groups.map(reliabilityRow),
    ),
    'Coverage, open ends, refills',
    table(
      [
        'trace',
        'named',
        'in range',
        'open',
        'refill in range',
        'refill range',
        'oracle in range',
        'oracle open',
        'weighted in range',
      ],
      groups.map(coverageRow),
    ),
    'Warnings: caught / false ones a week; moments within 15 minutes that had a warning',
    table(['trace', 'exhaustions', ...METHODS.slice(0, 4)], groups.map(warningRow)),
    `${times.length} forecasts: ${quantileOf(times, 0.5).toFixed(2)} ms (median), ${quantileOf(times, 0.99).toFixed(2)} ms (99 %)`,
  ].join('\n\n');
}

/** Returns the mean quantile loss of a method in minutes. */
export function lossOf({ loss, moments }: MethodScore): number {
  return loss.reduce((sum, value) => sum + value, 0) / TAUS.length / Math.max(1, moments);
}

function publishedLossOf({ publishedLoss, moments }: MethodScore): number {
  return publishedLoss.reduce((sum, value) => sum + value, 0) / TAUS.length / Math.max(1, moments);
}

function lossRow({ name, score: { methods } }: Group): string[] {
  const { headroom, oracle } = methods;
  return [
    name,
    String(headroom.moments),
    ...METHODS.map(
      (method) => `${lossOf(methods[method]).toFixed(2)} (${publishedLossOf(methods[method]).toFixed(2)})`,
    ),
    (lossOf(headroom) / lossOf(oracle)).toFixed(2),
    (publishedLossOf(headroom) / publishedLossOf(oracle)).toFixed(2),
    (headroom.width / headroom.moments).toFixed(0),
    (oracle.width / oracle.moments).toFixed(0),
  ];
}

function brierRow({ name, score: { methods } }: Group): string[] {
  return [
    name,
    ...METHODS.map((method) =>
      methods[method].brier.map((sum) => (sum / Math.max(1, methods[method].moments)).toFixed(3)).join(' '),
    ),
  ];
}

interface Tenth {
  readonly stated: number;
  readonly happened: number;
  readonly count: number;
}

/** Returns the tenths of the stated probability of exhaustion within `WITHIN_MS[event]`. */
export function tenthsOf(score: MethodScore, event: number): Tenth[] {
  return Array.from({ length: 10 }, (_, tenth) => {
    const cell = event * 10 + tenth;
    const count = score.count[cell] ?? 0;
    const share = (sum: number | undefined) => (sum ?? 0) / Math.max(1, count);
    return { stated: share(score.stated[cell]), happened: share(score.happened[cell]), count };
  });
}

/** Returns the largest difference in a tenth of sufficient size, and the mean difference of all, in percent. */
export function reliabilityOf(score: MethodScore, event: number): { worst: number; mean: number } {
  const tenths = tenthsOf(score, event);
  const moments = Math.max(1, score.moments);
  const off = ({ stated, happened }: Tenth) => Math.abs(stated - happened) * 100;
  const telling = tenths.filter(({ count }) => count >= LEAST_SHARE * moments);
  return {
    worst: Math.max(0, ...telling.map(off)),
    mean: tenths.reduce((sum, tenth) => sum + (off(tenth) * tenth.count) / moments, 0),
  };
}

function reliabilityRow({ name, score: { methods } }: Group): string[] {
  const last = WITHIN_MS.length - 1;
  const { worst, mean } = reliabilityOf(methods.headroom, last);
  const tenths = tenthsOf(methods.headroom, last).map(({ stated, happened, count }) =>
    count === 0 ? '-' : `${percent(stated)}→${percent(happened)} (${count})`,
  );
  return [
    name,
    ...tenths,
    worst.toFixed(0),
    mean.toFixed(1),
    ...[0, 1, 2].map((event) => reliabilityOf(methods.headroom, event).mean.toFixed(1)),
    reliabilityOf(methods.oracle, last).mean.toFixed(1),
  ];
}

function coverageRow({ name, score }: Group): string[] {
  const { headroom, oracle, weighted } = score.methods;
  const part = (sum: number, of: number) => (of === 0 ? '-' : `${((100 * sum) / of).toFixed(1)} %`);
  const widths = [...score.refillWidths].sort((a, b) => a - b);
  return [
    name,
    String(headroom.named),
    part(headroom.covered, headroom.named),
    part(headroom.open, headroom.named),
    part(score.refillsCovered, score.refills),
    `${Math.round(quantileOf(widths, 0.5))} min`,
    part(oracle.covered, oracle.named),
    part(oracle.open, oracle.named),
    part(weighted.covered, weighted.named),
  ];
}

function warningRow({ name, score }: Group): string[] {
  const { methods, evaluatedMs } = score;
  const weeks = evaluatedMs / (7 * DAY_MS);
  return [
    name,
    String(methods.headroom.exhaustions),
    ...METHODS.slice(0, 4).map((method) => {
      const { caught, exhaustions, falseWarnings, nearWarned, near } = methods[method];
      return `${percent(caught / exhaustions)} / ${(falseWarnings / weeks).toFixed(1)}; ${percent(nearWarned / near)}`;
    }),
  ];
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : '-';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

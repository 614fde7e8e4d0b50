import { METHODS } from './score.js';

const WEEK_MS = 7 * 86_400_000;

/**
 * The tables of docs/forecast.md, in Markdown.
 * @param {{job: {family: string, kind: string}, score: import('./score.js').Score}[]} results
 * @param {() => import('./score.js').Score} emptyScore
 */
export function renderTables(results, emptyScore) {
  const names = [...new Set(results.map(({ job }) => job.family))];
  const groups = names.flatMap((family) =>
    ['sliding', 'fixed'].map((kind) => ({
      name: `${family}, ${kind}`,
      score: total(
        results
          .filter(({ job }) => job.family === family && job.kind.startsWith(kind))
          .map(({ score }) => score),
        emptyScore,
      ),
    })),
  );
  groups.push({
    name: '**all**',
    score: total(
      results.map(({ score }) => score),
      emptyScore,
    ),
  });
  const all = groups.at(-1)?.score;
  const perForecast = all ? (all.forecastMs / all.forecasts).toFixed(2) : '';
  return [
    'Coverage',
    table(
      [
        'trace',
        'forecasts',
        'exhaustion in range',
        'before',
        'after',
        'open end',
        'refill in range',
        'refill range, median',
        'no exhaustion forecast, used up',
        'risk stated',
      ],
      groups.map(({ name, score }) => coverageRow(name, score)),
    ),
    'Error of the likely time, median / 90th percentile (answered)',
    table(
      ['trace', 'moments', 'Headroom', 'line over 10 min', 'line over 1 h'],
      groups.map(({ name, score }) => errorRow(name, score)),
    ),
    'Warnings: median minutes ahead (warned at all) / false ones a week',
    table(
      ['trace', 'exhaustions', 'Headroom', 'line over 10 min', 'line over 1 h'],
      groups.map(({ name, score }) => warningRow(name, score)),
    ),
    `${all?.forecasts} forecasts, ${perForecast} ms each`,
  ].join('\n\n');
}

function coverageRow(name, { exhaustion, refill, unforeseen, forecasts }) {
  return [
    name,
    String(forecasts),
    `${percent(exhaustion.covered, exhaustion.count)} of ${exhaustion.count}`,
    percent(exhaustion.early, exhaustion.count),
    percent(exhaustion.late, exhaustion.count),
    percent(exhaustion.open, exhaustion.count),
    `${percent(refill.covered, refill.count)} of ${refill.count}`,
    `${Math.round(quantile(refill.widths, 0.5))} min`,
    percent(unforeseen.dry, unforeseen.count),
    percent(unforeseen.stated, unforeseen.count),
  ];
}

function errorRow(name, { errors, askable }) {
  const cells = METHODS.map((method) => {
    const { [method]: values } = errors;
    return `${share(quantile(values, 0.5))} / ${share(quantile(values, 0.9))} (${percent(values.length, askable)})`;
  });
  return [name, String(askable), ...cells];
}

function warningRow(name, { leads, falseWarnings, evaluatedMs }) {
  const cells = METHODS.map((method) => {
    const warned = leads[method].filter((minutes) => minutes > 0);
    const perWeek = (falseWarnings[method] / (evaluatedMs / WEEK_MS)).toFixed(1);
    return `${quantile(warned, 0.5).toFixed(0)} min (${percent(warned.length, leads[method].length)}) / ${perWeek}`;
  });
  return [name, String(leads.headroom.length), ...cells];
}

function total(scores, emptyScore) {
  return scores.reduce(merge, emptyScore());
}

function merge(a, b) {
  if (typeof a === 'number') return a + b;
  if (Array.isArray(a)) return a.concat(b);
  return Object.fromEntries(Object.keys(a).map((key) => [key, merge(a[key], b[key])]));
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function percent(part, whole) {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}

function share(value) {
  return Number.isFinite(value) ? `${Math.round(value * 100)} %` : '-';
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

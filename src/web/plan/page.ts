import { formatImageReference } from '../../domain/image-reference.ts';
import type { ImageCost } from '../../domain/pull-cost/count-pulls.ts';
import { COUNTING_MODELS, RUNTIMES } from '../../domain/pull-cost/counting-model.ts';
import type { Plan } from '../../domain/pull-cost/plan.ts';
import { adviceWords, answerPlan } from '../../domain/pull-cost/plan-words.ts';
import { formatRange } from '../../domain/pull-cost/pull-range.ts';
import type { Tone } from '../credential-words.ts';
import type { Page } from '../page.ts';
import { toPlainText } from '../text.ts';

/** The view model of the page `/plan`: a form and the result for its files. */
export interface PlanPage extends Page {
  readonly form: PlanForm;
  /** Undefined before the form is submitted. */
  readonly result: PlanResult | undefined;
  /** The error in the form; undefined if there is none. */
  readonly problem: string | undefined;
}

/** Contains the values of the form. */
export interface PlanForm {
  /** The pasted text, already escaped for HTML, since it may be long and is escaped in the process that parses it. */
  readonly textHtml: string;
  readonly nodes: string;
  readonly clusters: string;
  readonly runtimes: readonly Choice[];
  readonly models: readonly Choice[];
  /** Empty if there are fewer than two credentials. */
  readonly credentials: readonly Choice[];
}

/** One entry of a list to choose from. */
export interface Choice {
  readonly value: string;
  readonly words: string;
  readonly isChosen: boolean;
}

/** The cost of the files, formatted for the page. */
export interface PlanResult {
  readonly headline: string;
  readonly reason: string;
  readonly tone: Tone;
  readonly icon: string;
  readonly total: string;
  readonly throughCache: string;
  readonly rows: readonly PlanRow[];
  readonly leftOut: readonly { readonly place: string; readonly message: string }[];
  /** How many images and problems the page does not list: 0 if it lists all. */
  readonly more: { readonly rows: number; readonly leftOut: number };
  readonly unrecognised: string;
  readonly advice: readonly { readonly text: string; readonly command: string | undefined }[];
}

/** The row of one image in one place. */
export interface PlanRow {
  readonly pulls: string;
  readonly image: string;
  readonly note: string;
  readonly machines: string;
  readonly workload: string;
  readonly place: string;
  readonly isFree: boolean;
}

const MODEL_WORDS: Readonly<Record<(typeof COUNTING_MODELS)[number], string>> = {
  'per-get': 'Each GET (2026)',
  docs: 'Each image (docs)',
  'two-gets': 'Two GETs (2020)',
};
const ICONS = { good: 'check', warn: 'clock', bad: 'empty', neutral: 'unplugged' } as const;
/** The most rows on the page; the API returns all of them. */
const MAX_ROWS = 500;

/** The parts of the page, computed in the process that plans. */
export interface PlanPageParts {
  readonly form: PlanForm;
  /** Undefined for an empty form, or if there is a problem. */
  readonly result: PlanResult | undefined;
  readonly problem: string | undefined;
}

/** Returns the view model of the page. */
export function toPlanPage({ form, result, problem }: PlanPageParts): PlanPage {
  return {
    title: result ? result.headline : 'Plan a rollout',
    ...(result && { tone: result.tone }),
    section: 'plan',
    styles: ['plan.css'],
    scripts: ['plan.js'],
    form,
    result,
    problem,
  };
}

/**
 * Returns the form with the submitted values.
 * @param fields the submitted fields
 * @param credentials the names of the credentials to choose from
 */
export function toPlanForm(
  fields: Readonly<Record<string, unknown>>,
  credentials: readonly string[],
): PlanForm {
  const field = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' ? value : '';
  };
  const choices = (name: string, entries: readonly (readonly [string, string])[]) =>
    entries.map(([value, words]) => ({ value, words, isChosen: field(name) === value }));
  return {
    textHtml: field('text').replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`),
    nodes: field('nodes').slice(0, MAX_FIELD),
    clusters: field('clusters').slice(0, MAX_FIELD),
    runtimes: choices('runtime', [['', 'Default'], ...RUNTIMES.map((name) => [name, name] as const)]),
    models: choices(
      'model',
      COUNTING_MODELS.map((name) => [name, MODEL_WORDS[name]] as const),
    ),
    credentials:
      credentials.length < 2
        ? []
        : choices('credential', [
            ['', 'Without a login'],
            ...credentials.map((name) => [name, name] as const),
          ]),
  };
}

/** The most characters of a short field that the page repeats. */
const MAX_FIELD = 100;

/** Formats a plan for the page at `now` (milliseconds since the epoch). */
export function toPlanResult(plan: Plan, unrecognised: readonly string[], now: number): PlanResult {
  const { headline, reason, tone } = answerPlan(plan, now);
  const { cost, problems, judgement } = plan;
  return {
    headline,
    reason: toPlainText(reason),
    tone,
    icon: ICONS[tone],
    total: formatRange(cost.total),
    throughCache: formatRange(cost.throughCache),
    rows: cost.images.slice(0, MAX_ROWS).map(toRow),
    leftOut: problems.slice(0, MAX_ROWS).map(({ file, line, column, message }) => ({
      place: toPlainText(`${file}:${line}:${column}`),
      message,
    })),
    more: {
      rows: Math.max(0, cost.images.length - MAX_ROWS),
      leftOut: Math.max(0, problems.length - MAX_ROWS),
    },
    unrecognised: toPlainText(unrecognised.slice(0, 5).join(', ')),
    advice: (judgement?.advice ?? []).map((one) => adviceWords(one, 'FILE')),
  };
}

function toRow({ use, workload, pulls, machines, isOnHub, isCached, isWrongPlatform }: ImageCost): PlanRow {
  const note = isWrongPlatform ? 'wrong platform' : isCached ? 'cached' : use.policy;
  return {
    pulls: isOnHub ? formatRange(pulls) : '–',
    image: toPlainText(formatImageReference(use.reference)),
    note: isOnHub ? note : 'not Docker Hub',
    machines: isOnHub ? formatRange(machines) : '–',
    workload: toPlainText(`${workload.kind} ${workload.name}, ${use.container}`),
    place: toPlainText(`${use.file}:${use.line}`),
    isFree: pulls.high === 0,
  };
}

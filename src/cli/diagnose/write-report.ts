import type { BuildInfo } from '../../metrics/exporter-section.ts';
import { wordsFor } from '../check/judge.ts';
import { describeWire } from './describe-wire.ts';
import type { Examined } from './examined.ts';
import type { Mask } from './mask.ts';
import { answerOpenQuestions } from './open-questions.ts';
import { transcribe } from './transcript.ts';

/** What a report is made of. */
export interface ReportFacts {
  readonly build: BuildInfo;
  /** `linux x64`. */
  readonly platform: string;
  /** When it was made, in milliseconds since the epoch. */
  readonly at: number;
  /** The effective configuration, its secrets masked. */
  readonly maskedYaml: string;
  readonly examined: readonly Examined[];
}

/** The sections that decide how Docker Hub is asked. */
const SECTIONS = /^(?:poll|hub|credentials):/;

/** Headers may hold backticks too. */
const BACKTICKS = /`+/g;

/** Writes the whole report as Markdown, without a final newline. */
export function writeReport(facts: ReportFacts, mask: Mask): string {
  const { build, platform, at, maskedYaml, examined } = facts;
  const answers = answerOpenQuestions(examined).map(mask);
  return [
    '# headroom diagnose',
    `headroom ${build.version} (revision ${build.revision}), node ${build.nodeVersion}, ${platform}, ` +
      new Date(at).toISOString(),
    'Passwords, tokens and user names are masked. Addresses and host names are not: look it over before you share it.',
    ...examined.flatMap((one, i) => sectionFor(one, `${i + 1} of ${examined.length}`, mask)),
    ...(answers.length === 0 ? [] : ['## What this says about Docker Hub', answers.map(asItem).join('\n')]),
    '## Configuration',
    fence('yaml', maskConfig(maskedYaml, mask)),
  ].join('\n\n');
}

function sectionFor(one: Examined, position: string, mask: Mask): string[] {
  const { credential, loginKind, events } = one;
  const lines = transcribe(events, mask);
  const title = mask(`## Credential ${position}: ${credential.identity.name} (${loginKind})`);
  return [
    title,
    readingOf(one).map(mask).map(asItem).join('\n'),
    lines.length === 0 ? 'Nothing was sent.' : fence('http', lines.join('\n')),
  ];
}

/** What it all means, in plain language. */
function readingOf({ told, events, durationMs }: Examined): string[] {
  const trouble = told.failure ?? told.blocked;
  return [
    `Answer: ${wordsFor(told)}, after ${Math.round(durationMs)} ms`,
    ...(told.failure ? [`Detail: ${told.failure.detail}`] : []),
    ...(trouble ? [`Advice: ${trouble.advice}`] : []),
    ...(told.source ? [`Source: ${told.source.kind === 'account' ? 'an account' : told.source.value}`] : []),
    ...describeWire(events),
  ];
}

function asItem(line: string): string {
  return `- ${line}`;
}

/** Of the configuration, what concerns Docker Hub. */
function maskConfig(yaml: string, mask: Mask): string {
  const sections = yaml.split(/^(?=\S)/m).filter((section) => SECTIONS.test(section));
  return mask(sections.join('')).trimEnd();
}

/** A block of code that no line of it can end. */
function fence(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(BACKTICKS) ?? []).map((run) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}${language}\n${text}\n${marks}`;
}

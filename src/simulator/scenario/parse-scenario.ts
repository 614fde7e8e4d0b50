import type { z } from 'zod';
import { crossCheck } from './cross-checks.ts';
import { splitMessage } from './fields.ts';
import { type Finding, valueAt } from './finding.ts';
import { type Problem, ScenarioError } from './problem.ts';
import { resolveScenario } from './resolve-scenario.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIO_SCHEMA } from './schema.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

const MAX_SHOWN = 100;

/**
 * Reads the text of a scenario file.
 * @param path the file's name, for problems
 * @throws ScenarioError with every problem there is
 */
export async function parseScenario(text: string, path: string): Promise<Scenario> {
  const file = await parseYaml(text, path);
  const read = SCENARIO_SCHEMA.safeParse(file.value);
  const findings = [...(read.error?.issues ?? []).flatMap(toFindings), ...crossCheck(file.value)];
  if (read.data && findings.length === 0) return resolveScenario(read.data);
  throw new ScenarioError(inReadingOrder(findings, file));
}

function toFindings(issue: z.core.$ZodIssue): Finding[] {
  const said = splitMessage(issue.message);
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, ...said }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], ...said, isAboutKey: true }));
}

function inReadingOrder(findings: readonly Finding[], file: YamlFile): Problem[] {
  return findings
    .map((finding) => ({ finding, offset: file.offsetOf(finding.path, finding.isAboutKey === true) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ finding, offset }) => toProblem(finding, file.placeAt(offset), file));
}

function toProblem(finding: Finding, place: string, file: YamlFile): Problem {
  const { path, message, allowed, isAboutKey = false } = finding;
  const value = valueAt(file.value, path);
  const isMissing = value === undefined;
  const found = isMissing || isAboutKey ? undefined : show(value, path.at(-1));
  return {
    place,
    ...(path.length === 0 ? {} : { key: formatPath(path) }),
    message: isMissing ? 'Missing' : message,
    ...(found === undefined ? {} : { found }),
    ...(allowed === undefined ? {} : { allowed }),
  };
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

/** Undefined for maps and lists, which say nothing by themselves; a password is not repeated. */
function show(value: unknown, key: PropertyKey | undefined): string | undefined {
  if (key === 'password') return '<secret>';
  if (value === null) return 'nothing';
  if (typeof value === 'object') return undefined;
  const text = JSON.stringify(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 2)}…"`;
}

import { fileURLToPath } from 'node:url';
import { FILE_LIMITS, FileTooLargeError, readBoundedFile } from '../../kit/bounded-file.ts';
import { packageFile } from '../../kit/package-file.ts';
import { parseScenario } from './parse-scenario.ts';
import { ScenarioError } from './problem.ts';
import type { Scenario } from './scenario.ts';

/** Reads a file as UTF-8 text. Rejects like `node:fs/promises`. */
export type ReadFile = (path: string) => Promise<string>;

/** Name and title of a scenario that is part of Headroom. */
export interface ShippedScenario {
  readonly name: string;
  readonly title: string;
}

/** Names of the scenarios that are part of Headroom, each a file in scenarios/. */
export const SHIPPED_SCENARIOS: readonly string[] = [
  'six-clusters',
  'office-week',
  'noisy-neighbour',
  'outage',
  'shorter-window',
];

const FOLDER = packageFile('scenarios/');

/**
 * Loads a scenario of Headroom by its name, or any other by the path of its file.
 * @throws ScenarioError with every problem of the file
 */
export async function loadScenario(
  nameOrPath: string,
  { readFile = readUtf8 }: { readonly readFile?: ReadFile } = {},
): Promise<Scenario> {
  const isShipped = SHIPPED_SCENARIOS.includes(nameOrPath);
  const path = isShipped ? fileURLToPath(new URL(`${nameOrPath}.yml`, FOLDER)) : nameOrPath;
  return parseScenario(await readText(readFile, path), path);
}

/** Returns the names and titles of the scenarios that are part of Headroom. */
export function listScenarios(): Promise<ShippedScenario[]> {
  return Promise.all(
    SHIPPED_SCENARIOS.map(async (name) => ({ name, title: (await loadScenario(name)).title })),
  );
}

async function readText(readFile: ReadFile, path: string): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const refusal = error instanceof FileTooLargeError ? error.message : code;
    const message = code === 'ENOENT' ? 'There is no such file' : `The file cannot be read (${refusal})`;
    const allowed = `the path of a scenario file, or one of ${SHIPPED_SCENARIOS.join(', ')}`;
    throw new ScenarioError([{ place: path, message, allowed }]);
  }
}

function readUtf8(path: string): Promise<string> {
  return readBoundedFile(path, FILE_LIMITS.scenario);
}

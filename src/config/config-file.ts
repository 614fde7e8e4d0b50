import { FILE_LIMITS } from '../kit/file-limits.ts';
import { environmentInput } from './environment.ts';
import type { MapInput } from './input.ts';
import { isNothing } from './input.ts';
import { filePath } from './kinds/file-path.ts';
import type { Report } from './problem.ts';
import type { Overrides } from './read-settings.ts';
import type { ReadFile } from './read-text.ts';
import { readText } from './read-text.ts';
import { parseYaml } from './yaml-input.ts';

/** Reads the configuration file that `--config.file` or `HEADROOM_CONFIG_FILE` names; undefined when none is named. */
export async function readConfigFile(
  { flags, env }: Overrides,
  readFile: ReadFile,
  report: Report,
): Promise<MapInput | undefined> {
  const named = flags.values.get('config.file') ?? environmentInput(env, 'HEADROOM_CONFIG_FILE');
  const path = named && filePath.read(named, 'config.file', report);
  if (named === undefined || path === undefined) return undefined;
  let text: string;
  try {
    text = await readText(readFile, path, FILE_LIMITS.config);
  } catch (error) {
    report({ place: named.place, message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
  const root = await parseYaml(text, path, report);
  if (!root || isNothing(root)) return undefined;
  if (root.kind === 'map') return root;
  report({
    place: root.place,
    message: 'Not a map',
    allowed: 'a map of sections, such as poll: and credentials:',
  });
  return undefined;
}

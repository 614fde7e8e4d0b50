import { dirname, isAbsolute, join } from 'node:path';
import type { Input } from '../input.ts';
import type { Report } from '../problem.ts';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

const asWritten: Kind<string> = scalarKind({
  noun: 'the path of a file',
  allowed: 'the path of a readable file; in the configuration file, relative to its folder',
  parse: (value) => (typeof value === 'string' && value !== '' && !value.includes('\0') ? value : undefined),
  show: (value) => value,
});

/** The path of a file. In the configuration file it is relative to that file's folder, as Prometheus has it. */
export const filePath: Kind<string> = { ...asWritten, read: readPath };

function readPath(input: Input, key: string, report: Report): string | undefined {
  const path = asWritten.read(input, key, report);
  if (path === undefined || input.place.kind !== 'file' || isAbsolute(path)) return path;
  return join(dirname(input.place.path), path);
}

import { dirname, isAbsolute, join } from 'node:path';
import type { Input } from '../input.ts';
import type { Report } from '../problem.ts';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** The path of a readable file. In the configuration file it is relative to that file's folder, as in Prometheus. */
export const filePath: Kind<string> = pathKind(
  'the path of a readable file; in the configuration file, relative to its folder',
);

/** The path of a file that is created if it does not exist; relative like `filePath`. */
export const fileToWrite: Kind<string> = pathKind(
  'the path of a file in a folder that exists; in the configuration file, relative to its folder',
);

function pathKind(allowed: string): Kind<string> {
  const asWritten: Kind<string> = scalarKind({
    noun: 'the path of a file',
    allowed,
    parse: (value) =>
      typeof value === 'string' && value !== '' && !value.includes('\0') ? value : undefined,
    show: (value) => value,
  });

  function read(input: Input, key: string, report: Report): string | undefined {
    const path = asWritten.read(input, key, report);
    if (path === undefined || input.place.kind !== 'file' || isAbsolute(path)) return path;
    return join(dirname(input.place.path), path);
  }

  return { ...asWritten, read };
}

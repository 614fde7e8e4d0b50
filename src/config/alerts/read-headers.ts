import type { ReadSecret } from '../../domain/alerts/delivery/receiver.ts';
import { readSecretFile } from '../logins/password-file.ts';
import type { Scope } from '../scope.ts';
import { reportUnusable } from '../scope.ts';
import type { TargetEntry } from './receiver-settings.ts';

/** RFC 9110, section 5.5: what a header's value may hold; a line break would begin another header. */
const HEADER_VALUE = /^[\x20-\x7e\x80-\xff]*$/;

/** Reads the headers of a webhook: those written out, and those in files. */
export async function readHeaders(
  { values, key }: TargetEntry<'webhook'>,
  scope: Scope,
): Promise<Readonly<Record<string, ReadSecret>>> {
  const { headers = new Map(), headers_file: files = new Map() } = values;
  const readers: [string, ReadSecret][] = [];
  for (const [name, { value, input }] of headers) {
    const check = async () => checkValue(value.reveal(), 'it');
    await reportUnusable(scope, `${key}.headers.${name}`, input, check);
    readers.push([name, async () => value]);
  }
  const written = new Set([...headers.keys()].map((name) => name.toLowerCase()));
  for (const [name, { value: path, input }] of files) {
    const read = () => readSecretFile(path, scope.readFile);
    const place = `${key}.headers_file.${name}`;
    if (written.has(name.toLowerCase())) {
      const message = 'It is written out beside this one';
      scope.report({ place: input.place, key: place, message, allowed: 'headers or headers_file' });
      continue;
    }
    await reportUnusable(scope, place, input, async () => checkValue((await read()).reveal(), path));
    readers.push([name, read]);
  }
  return Object.fromEntries(readers);
}

/** @throws Error that names the place, and holds nothing of the value */
function checkValue(value: string, place: string): void {
  if (!HEADER_VALUE.test(value)) {
    throw new Error(`Cannot use ${place}: the value of a header is one line of plain characters`);
  }
}

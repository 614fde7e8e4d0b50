import { type Kind, scalarKind } from '../config/kinds/kind.ts';

/** Any text that is not empty: `noun` says what it names, such as `the path of a file`. */
export function plainText(noun: string): Kind<string> {
  return scalarKind({
    noun,
    allowed: noun,
    parse: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
    show: (value) => value,
  });
}

import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

const GRAMMAR = /^\/(?:[\w.~-]+(?:\/[\w.~-]+)*\/?)?$/;

/** The path below which all pages are served: `/`, or without a slash at its end `/headroom`. */
export const routePrefix: Kind<string> = scalarKind({
  noun: 'a path',
  allowed: 'a path that starts with /, such as /headroom',
  parse: (value) => (typeof value === 'string' && GRAMMAR.test(value) ? trimPath(value) : undefined),
  show: (value) => value,
});

/** A path without the slash at its end; the root stays `/`. */
export function trimPath(path: string): string {
  return path.replace(/\/+$/, '') || '/';
}

/**
 * Where a value was written: in a file, an environment variable, a flag, or nowhere, as it is a default.
 * Lines and columns count from 1.
 */
export type Place =
  | { readonly kind: 'file'; readonly path: string; readonly line: number; readonly column: number }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'default' };

/** Writes a place so that editors and terminals can jump to it: `headroom.yml:7:13`, `HEADROOM_LOG_LEVEL`, `--log.level`. */
export function formatPlace(place: Place): string {
  switch (place.kind) {
    case 'file':
      return `${place.path}:${place.line}:${place.column}`;
    case 'environment':
      return place.variable;
    case 'flag':
      return place.flag;
    case 'default':
      return 'default';
  }
}

/** Orders places for reading: flags, then the environment, then the file from its first line to its last. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.kind === 'file' && b.kind === 'file') return a.line - b.line || a.column - b.column;
  return RANK[a.kind] - RANK[b.kind];
}

const RANK: Readonly<Record<Place['kind'], number>> = { flag: 0, environment: 1, default: 2, file: 3 };

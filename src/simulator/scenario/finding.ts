/** Something wrong in a scenario, by the path to it: `['teams', 2, 'source']`. Its place in the file is looked up later. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly allowed?: string;
  /** The key itself is wrong, not its value. */
  readonly isAboutKey?: boolean;
}

/** A list in what was read from YAML, each item that is a map with its path. Everything else is somebody else's to report. */
export function mapsAt(input: unknown, path: readonly PropertyKey[]): { path: PropertyKey[]; map: Loose }[] {
  const list = valueAt(input, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((map: unknown, i) => (isMap(map) ? [{ path: [...path, i], map }] : []));
}

/** A map of whatever was written. */
export type Loose = Readonly<Record<string, unknown>>;

/** Whether something is a map. */
export function isMap(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

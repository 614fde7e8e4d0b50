/** The headers of an answer as they go over the wire: which, in which order, spelled how. */
export type Layout = readonly LayoutHeader[];

interface LayoutHeader {
  readonly name: string;
  readonly key: string;
}

/** What headers say, by their lower-case names. A header without a value is left out. */
export type HeaderValues = Partial<Record<string, string>>;

/** Names headers in the order and spelling of a capture. */
export function layoutOf(...names: readonly string[]): Layout {
  return names.map((name) => ({ name, key: name.toLowerCase() }));
}

/** Lays values out: names and values in turn, as `ServerResponse.writeHead` takes them. */
export function layHeaders(layout: Layout, values: HeaderValues): string[] {
  const headers: string[] = [];
  for (const { name, key } of layout) {
    const value = values[key];
    if (value !== undefined) headers.push(name, value);
  }
  return headers;
}

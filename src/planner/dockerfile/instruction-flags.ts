/**
 * Splits the text after a keyword into the flags at its start and the arguments, as BuildKit does. Quotes and escape
 * characters of flags are removed. `--` ends the flags.
 */
export function splitFlags(
  text: string,
  escapeMark: string,
): { readonly flags: readonly string[]; readonly rest: string } {
  const flags: string[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    if (!text.startsWith('--', at)) return { flags, rest: text.slice(at).trim() };
    const { flag, end } = readFlag(text, at, escapeMark);
    at = end;
    if (flag === '--') return { flags, rest: text.slice(at).trim() };
    flags.push(flag);
  }
}

function readFlag(text: string, start: number, escapeMark: string) {
  let flag = '';
  let quote = '';
  let at = start;
  for (; at < text.length; at++) {
    let char = text[at] ?? '';
    if (quote === '' && /\s/.test(char)) break;
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else {
      if (char === escapeMark) char = text[++at] ?? '';
      flag += char;
    }
  }
  return { flag, end: at };
}

/** The flags of an instruction by name, without dashes; `true` for a flag without a value. */
export type Flags = ReadonlyMap<string, readonly string[]>;

/** The flags that each instruction has (frontend/dockerfile/instructions/parse.go, 2026-04). */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  FROM: ['platform'],
  COPY: ['chown', 'from', 'chmod', 'link', 'exclude', 'parents'],
  ADD: ['chown', 'chmod', 'link', 'keep-git-dir', 'checksum', 'unpack', 'exclude'],
  RUN: ['mount', 'network', 'security', 'device'],
  HEALTHCHECK: ['interval', 'start-period', 'start-interval', 'timeout', 'retries'],
};

/**
 * Parses the flags of an instruction.
 * @throws SyntaxError if the instruction has no such flag
 */
export function parseFlags(keyword: string, flags: readonly string[]): Flags {
  const parsed = new Map<string, string[]>();
  for (const flag of flags) {
    const [, name = '', value = 'true'] = /^--([^=]*)(?:=(.*))?$/s.exec(flag) ?? [];
    if (!ALLOWED[keyword]?.includes(name)) throw new SyntaxError(`${keyword} has no flag --${name}`);
    const known = parsed.get(name);
    if (known) known.push(value);
    else parsed.set(name, [value]);
  }
  return parsed;
}

/**
 * Returns the image or stage of `RUN --mount=type=bind,from=NAME`; undefined if there is none. Fields may be quoted as in CSV.
 * @throws SyntaxError if it contains a variable, which BuildKit does not substitute
 */
export function sourceOfMount(mount: string): string | undefined {
  let source: string | undefined;
  for (const field of mount.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? []) {
    const text = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
    const [, value] = /^from=(.*)$/is.exec(text) ?? [];
    if (value === undefined) continue;
    if (/\$./s.test(value)) throw new SyntaxError(`Variables are not substituted in a mount: from=${value}`);
    source = value;
  }
  return source === '' ? undefined : source;
}

/** Whether an argument is a pattern: a shell leaves those that match nothing, and those in quotes, to the program. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

/** The folder that everything a pattern can match lies below. */
export function globRoot(pattern: string): string {
  const parts = pattern.split('/');
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => isGlob(part)),
  );
  return fixed.join('/') || (pattern.startsWith('/') ? '/' : '.');
}

/** Turns a pattern into what its paths match: `*`, `?`, `[a-z]`, `{a,b}`, and `**` for any folders. */
export function globPattern(pattern: string): RegExp {
  let depth = 0;
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|\[!?[^\]]+\]|[{},]|[\\^$.+()|]/g, (token): string => {
    if (token === '**/') return '(?:[^/]+/)*';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.startsWith('[')) return token.replace('[!', '[^').replace(/\\/g, '\\\\');
    if (token === '{') {
      depth++;
      return '(?:';
    }
    if (token === '}' && depth > 0) {
      depth--;
      return ')';
    }
    if (token === ',' && depth > 0) return '|';
    return token === ',' ? ',' : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}

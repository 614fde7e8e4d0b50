/** Values by name. */
export type Variables = ReadonlyMap<string, string>;

/**
 * `$NAME`, `${NAME}`, and `${NAME:-default}` with its relatives. What stands in the braces holds no braces but those of
 * variables in it, two deep.
 */
const VARIABLE =
  /\$\$|\\\$|\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])((?:[^{}]|\$\{(?:[^{}]|\$\{[^{}]*\})*\})*))?\})/g;
/** A default in a default in a default: nobody writes more. */
const MAX_DEPTH = 5;

/**
 * Fills variables in as a shell, Docker and Compose do. Those without a value stay as they are written, so that whoever
 * reads the result can name them.
 */
export function fillIn(text: string, variables: Variables, depth = MAX_DEPTH): string {
  if (depth === 0 || !text.includes('$')) return text;
  return text.replace(VARIABLE, (whole, plain, braced, operator = '', word = '') => {
    if (whole === '$$' || whole === '\\$') return '$';
    const value = variables.get(plain ?? braced);
    const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
    const inner = () => fillIn(word, variables, depth - 1);
    if (operator.endsWith('-')) return isSet ? value : inner();
    if (operator.endsWith('+')) return isSet ? inner() : '';
    return value ?? whole;
  });
}

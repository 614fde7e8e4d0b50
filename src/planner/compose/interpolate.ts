import { MAX_EXPANSION_LENGTH, PlanLimitError } from '../../domain/pull-cost/collect-images.ts';
import type { Variables } from '../variables.ts';

/** A text with its variables substituted. */
export interface Interpolation {
  readonly text: string;
  /** The variables without a value, which became empty. */
  readonly unset: readonly string[];
}

/** A name with its operator, after `${`. */
const BRACED = /([a-z_][a-z0-9_]*)(:?[-+?])?/iy;
const NAME = /[a-z_][a-z0-9_]*/iy;
/** The deepest nesting of `${A:-${B:-…}}`. */
const MAX_DEPTH = 50;

/**
 * Substitutes variables as Compose does (compose-go, template/template.go, 2026): `$V`, `${V}`, the operators `-`, `:-`, `+`, `:+`,
 * `?` and `:?`, nested values, and `$$` for a dollar sign.
 * @throws SyntaxError if the text is invalid, or `${V:?message}` has no value
 * @throws PlanLimitError if values expand to more than 4,096 characters, or are nested more than 50 deep
 */
export function interpolate(text: string, variables: Variables): Interpolation {
  if (!text.includes('$')) return { text, unset: [] };
  const unset = new Set<string>();
  let substituted = 0;

  function resolve(name: string): string {
    const value = variables.get(name);
    if (value === undefined) unset.add(name);
    substituted += value?.length ?? 0;
    if (substituted > MAX_EXPANSION_LENGTH) {
      throw new PlanLimitError(`Variables expand to more than ${MAX_EXPANSION_LENGTH} characters`);
    }
    return value ?? '';
  }

  function braced(part: string, start: number, end: number, depth: number): string {
    BRACED.lastIndex = start;
    const [match = '', name = '', operator] = BRACED.exec(part) ?? [];
    if (name === '' || (operator === undefined && start + match.length !== end)) throw invalid(part);
    if (operator === undefined) return resolve(name);
    const value = variables.get(name);
    const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
    const word = () => fill(part.slice(start + match.length, end), depth + 1);
    if (operator.endsWith('+')) return isSet ? word() : '';
    if (isSet) return resolve(name);
    if (operator.endsWith('-')) return word();
    throw new SyntaxError(`${name}: ${word() || 'a value is required'}`);
  }

  function fill(part: string, depth: number): string {
    if (depth > MAX_DEPTH) throw new PlanLimitError(`Variables are nested more than ${MAX_DEPTH} deep`);
    let result = '';
    let at = 0;
    for (;;) {
      const dollar = part.indexOf('$', at);
      if (dollar < 0) return result + part.slice(at);
      result += part.slice(at, dollar);
      const next = part[dollar + 1];
      if (next === '{') {
        const end = closingBrace(part, dollar + 1);
        result += braced(part, dollar + 2, end, depth);
        at = end + 1;
        continue;
      }
      NAME.lastIndex = dollar + 1;
      const name = NAME.exec(part)?.[0];
      result += name === undefined ? '$' : resolve(name);
      at = dollar + 1 + (name?.length ?? (next === '$' ? 1 : 0));
    }
  }

  return { text: fill(text, 0), unset: [...unset] };
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  throw invalid(text);
}

function invalid(text: string): SyntaxError {
  return new SyntaxError(`Invalid variables: ${text}`);
}

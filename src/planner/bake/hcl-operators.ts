import { HclError, type HclValue } from './hcl-syntax.ts';
import { toText } from './hcl-text.ts';

/**
 * Applies an operator to two values.
 * @throws HclError for values that it does not take
 */
export function applyOperator(operator: string, left: HclValue, right: HclValue): HclValue {
  switch (operator) {
    case '||':
      return isTrue(left) || isTrue(right);
    case '&&':
      return isTrue(left) && isTrue(right);
    case '==':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
  }
  const [a, b] = [toNumber(left), toNumber(right)];
  switch (operator) {
    case '>':
      return a > b;
    case '<':
      return a < b;
    case '>=':
      return a >= b;
    case '<=':
      return a <= b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
  }
  if (b === 0) throw new HclError('A division by zero');
  return operator === '/' ? a / b : a % b;
}

/** Reports whether values are equal: those of other types never are. */
function isEqual(a: HclValue, b: HclValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  return toText(a, true) === toText(b, true);
}

/** Reports whether a condition is true. @throws HclError for other values */
export function isTrue(value: HclValue): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new HclError('A condition is neither true nor false');
}

/** Converts a value to a number. @throws HclError if it is none */
export function toNumber(value: HclValue): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number))
    throw new HclError(`Not a number: ${toText(value)}`);
  return number;
}

import { HclError, type HclValue } from './hcl-syntax.ts';
import { fromJson, MAX_LENGTH, toText } from './hcl-text.ts';

type HclFunction = (...args: readonly HclValue[]) => HclValue;

/** Returns a function of texts. */
function ofTexts(apply: (...texts: string[]) => HclValue): HclFunction {
  return (...args) => apply(...args.map((arg) => toText(arg)));
}

/** Returns a function of numbers. */
function ofNumbers(apply: (...numbers: number[]) => number | boolean): HclFunction {
  return (...args) => {
    const numbers = args.map((arg) => Number(toText(arg)));
    if (numbers.some(Number.isNaN)) throw new HclError('An argument is not a number');
    return apply(...numbers);
  };
}

function listOf(value: HclValue | undefined): readonly HclValue[] {
  if (!Array.isArray(value)) throw new HclError('An argument is not a list');
  return value;
}

function mapOf(value: HclValue | undefined): ReadonlyMap<string, HclValue> {
  if (!(value instanceof Map)) throw new HclError('An argument is not a map');
  return value;
}

function unique(items: readonly HclValue[]): readonly HclValue[] {
  return [...new Map(items.map((item) => [`${typeof item} ${toText(item, true)}`, item])).values()];
}

function sortTexts(items: readonly HclValue[]): readonly string[] {
  return items.map((item) => toText(item)).toSorted((a, b) => (a < b ? -1 : 1));
}

function trimWith(text: string, set: string, sides: string): string {
  const chars = new Set(set);
  let [start, end] = [0, text.length];
  while (sides.includes('l') && start < end && chars.has(text[start] ?? '')) start++;
  while (sides.includes('r') && end > start && chars.has(text[end - 1] ?? '')) end--;
  return text.slice(start, end);
}

/** Formats by the verbs that Bake files use: `%s`, `%v`, `%d`, `%q`, `%%` and zero-padded `%03d`. */
function format(form: string, args: readonly HclValue[]): string {
  let next = 0;
  return form.replace(/%(?:%|(0?)(\d{0,2})([a-z]))|%/g, (verb, zero, width, letter) => {
    if (verb === '%%') return '%';
    const value = args[next++];
    if (value === undefined || !/^[svdq]$/.test(letter))
      throw new HclError(`The format ${verb} is not evaluated`);
    const text = letter === 'q' ? JSON.stringify(toText(value)) : toText(value, letter === 'v');
    return text.padStart(Number(width), zero === '0' ? '0' : ' ');
  });
}

function substring(text: string, start: number, length: number): string {
  const chars = [...text];
  const from = start < 0 ? chars.length + start : start;
  return chars.slice(from, length < 0 ? undefined : from + length).join('');
}

/** Joins the items of lists; a list longer than allowed is an error. */
function concat(lists: readonly HclValue[]): readonly HclValue[] {
  if (lists.reduce<number>((sum, list) => sum + listOf(list).length, 0) > MAX_LENGTH) {
    throw new HclError(`A value is longer than ${MAX_LENGTH}`);
  }
  return lists.flatMap((list) => listOf(list));
}

function join(separator: string, list: readonly HclValue[]): string {
  return list.map((item) => toText(item)).join(separator);
}

/**
 * The functions of Bake that depend on their arguments alone, by name. Those of time, randomness, the network, regular
 * expressions and cryptography are not evaluated (https://docs.docker.com/build/bake/funcs/).
 */
export const HCL_FUNCTIONS: Readonly<Record<string, HclFunction>> = {
  absolute: ofNumbers(Math.abs),
  add: ofNumbers((a = 0, b = 0) => a + b),
  and: (a = null, b = null) => a === true && b === true,
  basename: ofTexts((path = '') => path.replace(/\/+$/, '').split('/').at(-1) || '/'),
  ceil: ofNumbers(Math.ceil),
  chomp: ofTexts((text = '') => text.replace(/[\r\n]+$/, '')),
  coalesce: (...args) => args.find((arg) => arg !== null) ?? null,
  coalescelist: (...args) => args.find((arg) => listOf(arg).length > 0) ?? [],
  compact: (list) => listOf(list).filter((item) => item !== '' && item !== null),
  concat: (...lists) => concat(lists),
  contains: (list, item = null) => listOf(list).some((one) => toText(one, true) === toText(item, true)),
  dirname: ofTexts((path = '') => path.replace(/\/?[^/]*$/, '') || (path.startsWith('/') ? '/' : '.')),
  distinct: (list) => unique(listOf(list)),
  divide: ofNumbers((a = 0, b = 1) => a / b),
  element: (list, at = 0) => listOf(list)[Number(at) % Math.max(1, listOf(list).length)] ?? null,
  equal: (a = null, b = null) => toText(a, true) === toText(b, true) && typeof a === typeof b,
  flatten: (list) => (listOf(list) as HclValue[]).flat(8) as HclValue,
  floor: ofNumbers(Math.floor),
  format: (form = '', ...args) => format(toText(form), args),
  greaterthan: ofNumbers((a = 0, b = 0) => a > b),
  hasindex: (object = null, key = '') =>
    object instanceof Map ? object.has(toText(key)) : listOf(object).length > Number(key),
  index: (object = null, key = '') => {
    const value = object instanceof Map ? object.get(toText(key)) : listOf(object)[Number(key)];
    if (value === undefined) throw new HclError(`There is no ${toText(key)}`);
    return value;
  },
  int: ofNumbers(Math.trunc),
  join: (separator = '', ...lists) => join(toText(separator), concat(lists)),
  jsondecode: ofTexts((text = '') => {
    try {
      return fromJson(JSON.parse(text));
    } catch {
      throw new HclError('The argument of jsondecode() is not JSON');
    }
  }),
  jsonencode: (value = null) => (typeof value === 'string' ? JSON.stringify(value) : toText(value, true)),
  keys: (map) => sortTexts([...mapOf(map).keys()]),
  length: (value = null) => (value instanceof Map ? value.size : listOf(value).length),
  lessthan: ofNumbers((a = 0, b = 0) => a < b),
  lookup: (map, key = '', otherwise = null) => mapOf(map).get(toText(key)) ?? otherwise,
  lower: ofTexts((text = '') => text.toLowerCase()),
  max: ofNumbers(Math.max),
  merge: (...maps) => new Map(maps.filter((map) => map !== null).flatMap((map) => [...mapOf(map)])),
  min: ofNumbers(Math.min),
  modulo: ofNumbers((a = 0, b = 1) => a % b),
  multiply: ofNumbers((a = 0, b = 0) => a * b),
  not: (value = null) => value !== true,
  notequal: (a = null, b = null) => toText(a, true) !== toText(b, true) || typeof a !== typeof b,
  or: (a = null, b = null) => a === true || b === true,
  range: ofRange,
  replace: ofTexts((text = '', from = '', to = '') => {
    if (text.length + text.split(from).length * to.length > 8 * MAX_LENGTH) {
      throw new HclError(`A value is longer than ${MAX_LENGTH}`);
    }
    return text.replaceAll(from, () => to);
  }),
  reverse: ofTexts((text = '') => [...text].toReversed().join('')),
  reverselist: (list) => listOf(list).toReversed(),
  sanitize: ofTexts((text = '') => text.replace(/[^a-zA-Z0-9_-]/g, '_')),
  slice: (list, from = 0, to) => listOf(list).slice(Number(from), to === undefined ? undefined : Number(to)),
  sort: (list) => sortTexts(listOf(list)),
  split: ofTexts((separator = '', text = '') => text.split(separator)),
  strlen: ofTexts((text = '') => [...text].length),
  substr: (text = '', start = 0, length = -1) => substring(toText(text), Number(start), Number(length)),
  subtract: ofNumbers((a = 0, b = 0) => a - b),
  title: ofTexts((text = '') => text.replace(/(^|\s)\p{L}/gu, (start) => start.toUpperCase())),
  trim: ofTexts((text = '', set = '') => trimWith(text, set, 'lr')),
  trimprefix: ofTexts((text = '', prefix = '') =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  trimspace: ofTexts((text = '') => text.trim()),
  trimsuffix: ofTexts((text = '', suffix = '') =>
    suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  upper: ofTexts((text = '') => text.toUpperCase()),
  values: (map) => [...mapOf(map)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value),
  zipmap: (keys, values) => new Map(listOf(keys).map((key, i) => [toText(key), listOf(values)[i] ?? null])),
};

function ofRange(...args: readonly HclValue[]): HclValue {
  const numbers = args.map(Number);
  const [from = 0, to = 0, step = from <= to ? 1 : -1] = numbers.length === 1 ? [0, ...numbers] : numbers;
  const length = step === 0 ? Number.NaN : Math.max(0, Math.ceil((to - from) / step));
  if (!(length <= MAX_LENGTH)) throw new HclError('The arguments of range() are not evaluated');
  return Array.from({ length }, (_, i) => from + i * step);
}

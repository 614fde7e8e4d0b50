import { describe, expect, test } from 'vitest';
import type { Input } from '../../src/config/input.ts';
import { formatPlace } from '../../src/config/input.ts';
import { parseYaml } from '../../src/config/yaml-input.ts';

/** An input as plain values. */
function plain(input: Input | undefined): unknown {
  if (!input) return undefined;
  if (input.kind === 'scalar') return input.value;
  if (input.kind === 'list') return input.items.map(plain);
  return Object.fromEntries([...input.entries].map(([key, entry]) => [key, plain(entry.input)]));
}

/** Every value with its place, written `key line:column`. */
function placesOf(input: Input, key = ''): string[] {
  const own = `${key} ${formatPlace(input.place).slice(2)}`;
  if (input.kind === 'scalar') return [own];
  if (input.kind === 'list') return input.items.flatMap((item, i) => placesOf(item, `${key}[${i}]`));
  return [...input.entries].flatMap(([name, entry]) => placesOf(entry.input, `${key}.${name}`));
}

async function read(text: string): Promise<{ input: Input | undefined; problems: string[] }> {
  const problems: string[] = [];
  const input = await parseYaml(text, 'f', ({ place, message }) => {
    problems.push(`${formatPlace(place).slice(2)} ${message}`);
  });
  return { input, problems };
}

describe('parseYaml()', () => {
  test('reads values of every form', async () => {
    const { input } = await read('a: text\nb: 1\nc: true\nd:\ne: [x, "y"]\nf:\n  g: |\n    block\n1: one');

    expect(plain(input)).toEqual({
      a: 'text',
      b: 1,
      c: true,
      d: null,
      e: ['x', 'y'],
      f: { g: 'block\n' },
      1: 'one',
    });
  });

  test.each(['', '\n', '# only a comment\n', '---\n'])('finds nothing in %j', async (text) => {
    const { input, problems } = await read(text);

    expect([plain(input) ?? null, problems]).toEqual([null, []]);
  });

  test('has the position of every value, of a missing one too', async () => {
    const { input } = await read('a:\n  - 1\n  - b: 2\n    c:\nd: { e: 3 }\n');

    expect(input && placesOf(input)).toEqual(['.a[0] 2:5', '.a[1].b 3:8', '.a[1].c 4:7', '.d.e 5:9']);
  });

  test('has positions in a file with Windows line ends and a byte order mark', async () => {
    const { input } = await read('\uFEFFa: 1\r\nb: 2\r\n');

    expect(input && placesOf(input)[1]).toBe('.b 2:4');
  });

  test('follows aliases, and gives what they stand for their own place', async () => {
    const { input, problems } = await read('a: &x { b: 1 }\nc: *x\nd: [*x]\n');

    expect(plain(input)).toEqual({ a: { b: 1 }, c: { b: 1 }, d: [{ b: 1 }] });
    expect(input && placesOf(input)).toEqual(['.a.b 1:12', '.c.b 2:4', '.d[0].b 3:5']);
    expect(problems).toEqual([]);
  });

  test('treats an alias as the last anchor before it', async () => {
    const { input } = await read('a: &x 1\nb: *x\nc: &x 2\nd: *x\n');

    expect(plain(input)).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  test('stops where aliases multiply', async () => {
    const level = (name: string, below: string) =>
      `${name}: &${name} [${Array(10).fill(`*${below}`).join(', ')}]\n`;
    const text = `a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}${level('e', 'd')}`;

    const { problems } = await read(text);

    expect(problems).toEqual([expect.stringMatching(/^[45]:\d+ Aliases stand for more than 10000 values$/)]);
  });

  test('stops at a depth that no configuration has', async () => {
    expect((await read('['.repeat(40) + ']'.repeat(40))).problems).toEqual([
      '1:32 Nested more than 30 levels deep',
    ]);
  });

  test('survives brackets without end', async () => {
    const { input, problems } = await read('['.repeat(500));

    expect(input).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(5);
  });

  test('keeps keys that JavaScript gives a meaning', async () => {
    const { input } = await read('__proto__: { polluted: 1 }\nconstructor: 2\n');

    expect(input?.kind === 'map' && [...input.entries.keys()]).toEqual(['__proto__', 'constructor']);
  });
});

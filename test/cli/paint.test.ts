import { expect, test } from 'vitest';
import { choosePaint } from '../../src/cli/paint.ts';

test.each<[why: string, isTTY: boolean | undefined, env: Record<string, string>, painted: string]>([
  ['a terminal', true, {}, '\u001b[1;31mx\u001b[0m'],
  ['a pipe', undefined, {}, 'x'],
  ['NO_COLOR is set', true, { NO_COLOR: '1' }, 'x'],
  ['an empty NO_COLOR', true, { NO_COLOR: '' }, '\u001b[1;31mx\u001b[0m'],
  ['a terminal without colours', true, { TERM: 'dumb' }, 'x'],
])('choosePaint(): %s', (_why, isTTY, env, painted) => {
  expect(choosePaint({ isTTY, write: () => undefined }, env)('bad', 'x')).toBe(painted);
});

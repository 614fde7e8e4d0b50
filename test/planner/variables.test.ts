import { describe, expect, test } from 'vitest';
import { fillIn } from '../../src/planner/variables.ts';

const VARIABLES = new Map([
  ['A', 'a'],
  ['EMPTY', ''],
]);

describe('fillIn()', () => {
  test.each([
    { text: `x$A-\${A}`, filled: 'xa-a' },
    { text: `\${NO-d}\${EMPTY-d}`, filled: 'd' },
    { text: `\${NO:-d}\${EMPTY:-d}`, filled: 'dd' },
    { text: `\${A:+y}\${EMPTY:+n}\${NO+n}`, filled: 'y' },
    { text: `\${NO:-\${NEITHER:-\${A}}}`, filled: 'a' },
    { text: `$NO \${NO} \${NO:?is needed}`, filled: `$NO \${NO} \${NO:?is needed}` },
    { text: '$$A \\$A', filled: '$A $A' },
    { text: 'no variable', filled: 'no variable' },
  ])('makes $text $filled', ({ text, filled }) => {
    expect(fillIn(text, VARIABLES)).toBe(filled);
  });
});

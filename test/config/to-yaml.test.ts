import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { toYaml } from '../../src/config/to-yaml.ts';

describe('toYaml()', () => {
  test('writes block style, without what is not set', () => {
    const shown = {
      poll: { schedule: '* * * * *', jitter: '10s', concurrency: 16, unset: undefined },
      credentials: [
        { name: 'a', route: { proxy_url: 'http://<secret>@p:1' } },
        { name: 'b', password: '<secret>' },
      ],
      none: [],
      empty: {},
      flag: true,
    };

    expect(toYaml(shown)).toBe(`poll:
  schedule: "* * * * *"
  jitter: 10s
  concurrency: 16
credentials:
  - name: a
    route:
      proxy_url: "http://<secret>@p:1"
  - name: b
    password: <secret>
none: []
empty: {}
flag: true
`);
  });

  test.each([
    'true',
    'No',
    'null',
    '1e3',
    '0x1F',
    '12',
    '1:30',
    'E0',
    '1_0e5',
    '0x_1F',
    '2026-01-01T00:00:00Z',
    '2026-01-01',
    '',
    '~',
    'a: b',
    'a #b',
    '-',
    'é',
  ])('quotes %j, which is text', (text) => {
    expect(toYaml({ a: text })).toBe(`a: ${JSON.stringify(text)}\n`);
  });

  test.each(['1.1', '1.2'] as const)('is read as it was written, by YAML %s too', (version) => {
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.array(tie('tree')),
        tie('map'),
      ),
      map: fc.dictionary(fc.stringMatching(/^[a-z][a-z_]{1,8}x$/), tie('tree'), { noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(parse(toYaml({ root: value as string }), { version })).toEqual({ root: value });
      }),
    );
  });
});

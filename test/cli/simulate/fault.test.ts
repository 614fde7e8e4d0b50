import { describe, expect, test } from 'vitest';
import { FAULT_NAMES } from '../../../src/simulator/faults/faults.ts';
import { problemsOf, run } from '../run-program.ts';
import { useSimulator } from './controlled.ts';

const controlled = useSimulator();

describe('headroom simulate fault', () => {
  test.each<[argv: string[], fault: object, text: string]>([
    [['abuse'], { fault: 'abuse', scope: {} }, 'Set abuse (every request)'],
    [['abuse', '--account', 'ci'], { fault: 'abuse', scope: { account: 'ci' } }, 'Set abuse (account ci)'],
    [
      ['hang', '--endpoint=token', '--source=127.0.0.5', '--repository=library/nginx', '--times=3'],
      {
        fault: 'hang',
        scope: { endpoint: 'token', source: '127.0.0.5', repository: 'library/nginx', times: 3 },
      },
      'Set hang (source 127.0.0.5, repository library/nginx, endpoint token, 3 times)',
    ],
    [['reset', '--times=1'], { fault: 'reset', scope: { times: 1 } }, 'Set reset (once)'],
  ])('sets %j', async (argv, fault, text) => {
    expect(await controlled.output('fault', ...argv)).toBe(text);
    expect(controlled.simulator.control.faults()).toEqual([{ id: expect.any(String), ...fault }]);
  });

  test('shows those that are set', async () => {
    expect(await controlled.output('fault')).toBe('No fault is set');

    controlled.simulator.control.setFault('abuse', { account: 'ci' });
    controlled.simulator.control.setFault('hang');
    expect((await controlled.output('fault')).split('\n')).toEqual([
      'hang (every request)',
      'abuse (account ci)',
    ]);
  });

  test('clears those of one name, or all', async () => {
    for (const name of ['abuse', 'hang', 'reset'] as const) controlled.simulator.control.setFault(name);

    expect(await controlled.output('fault', 'hang', '--clear')).toBe('Cleared 1 fault');
    expect(controlled.simulator.control.faults().map(({ fault }) => fault)).toEqual(['reset', 'abuse']);
    expect(await controlled.output('fault', '--clear')).toBe('Cleared 2 faults');
    expect(controlled.simulator.control.faults()).toEqual([]);
  });

  test('lists every fault in its help text', async () => {
    const { stdout } = await run(['simulate', 'fault', '--help']);
    const listed = [...stdout.matchAll(/^ {2}([a-z][a-z-]+) {2,}\S/gm)].map(([, name]) => name);

    expect(listed).toEqual(FAULT_NAMES);
  });

  test.each<[why: string, argv: string[], ...problems: (string | RegExp)[]]>([
    ['a misspelled fault', ['abus'], /^NAME: Not one of the choices, did you mean abuse: "abus"\. Allowed: /],
    ['a scope without a fault', ['--account=ci'], '--account: Only together with the name of a fault'],
    ['a scope with --clear', ['hang', '--clear', '--times=2'], '--times: Not together with --clear'],
    ['a bad address', ['hang', '--source=nat-b'], /^--source: Not an IP address: "nat-b"\. Allowed: /],
    ['no request at all', ['hang', '--times=0'], /^--times: Out of range: "0"\. Allowed: /],
  ])('refuses %s', async (_why, argv, ...problems) => {
    const found = await problemsOf(['simulate', 'fault', ...argv]);

    expect(found).toEqual(problems.map((one) => (one instanceof RegExp ? expect.stringMatching(one) : one)));
  });
});

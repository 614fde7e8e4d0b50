import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { type TestClock, testClock } from './fakes.ts';
import { startSimulator } from './hub-client.ts';

const HERE = { source: '127.0.0.1' };

let simulator: Simulator;
let clock: TestClock;

beforeEach(async () => {
  clock = testClock('2026-07-15T14:30:00Z');
  simulator = await startSimulator({ clock, limits: { anonymous: 60 } });
});
afterEach(() => simulator.stop());

describe('createControl()', () => {
  test('pulls as a client would: all or nothing', () => {
    const { control } = simulator;
    expect(control.pull({ ...HERE, pulls: 50 })).toBe(true);
    expect(control.pull({ ...HERE, pulls: 11 })).toBe(false);
    expect(control.remaining(HERE)).toBe(10);
  });

  test('spends whatever is left', () => {
    simulator.control.spend({ ...HERE, pulls: 100 });
    expect(simulator.control.remaining(HERE)).toBe(0);
  });

  test('changes limits and windows of what is spent already', () => {
    const { control } = simulator;
    control.spend({ ...HERE, pulls: 30 });
    control.setLimits({ anonymous: 40, windowSeconds: 600 });
    expect(control.balance(HERE)).toEqual({ limit: 40, remaining: 10, windowSeconds: 600 });
    clock.advance(600_000);
    expect(control.remaining(HERE)).toBe(40);
    control.resetLimits();
    expect(control.limits).toMatchObject({ anonymous: 100, windowSeconds: 3_600 });
    expect(control.remaining(HERE)).toBe(70);
  });

  test('refills at once where the window is fixed', () => {
    const { control } = simulator;
    control.setLimits({ window: 'fixed' });
    control.spend({ ...HERE, pulls: 30 });
    clock.advance(30 * 60_000 - 1);
    expect(control.remaining(HERE)).toBe(30);
    clock.advance(1);
    expect(control.remaining(HERE)).toBe(60);
  });

  test('meters the hosts of one IPv6 /64 together', () => {
    simulator.control.spend({ source: '2001:db8:0:1::5', pulls: 10 });
    expect(simulator.control.remaining({ source: '2001:db8:0:1:ffff::' })).toBe(50);
    expect(simulator.control.remaining({ source: '2001:db8:0:2::5' })).toBe(60);
  });

  test('refuses an account that does not exist', () => {
    expect(() => simulator.control.remaining({ account: 'nobody' })).toThrow(
      new RangeError('There is no such account: "nobody" (there are: none)'),
    );
  });

  test('has undefined left for accounts without a limit', () => {
    simulator.control.addAccount({ name: 'acme', password: 'x', plan: 'organization' });
    expect(simulator.control.remaining({ account: 'acme' })).toBeUndefined();
  });
});

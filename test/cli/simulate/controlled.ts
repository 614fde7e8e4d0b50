import { afterEach, beforeEach, expect } from 'vitest';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { SILENT_LOG } from '../../domain/log-recorder.ts';
import { testClock } from '../../simulator/fakes.ts';
import { type Finished, run } from '../run-program.ts';

/** A simulator for control commands, new for each test: with an account `ci`, at 2026-07-15T14:24:11.185Z. */
export interface Controlled {
  readonly simulator: Simulator;
  /** Runs a control command against it. */
  control(...argv: string[]): Promise<Finished>;
  /** The text of a control command that works. */
  output(...argv: string[]): Promise<string>;
}

/** Starts a simulator before each test of a file, and stops it afterwards. */
export function useSimulator(): Controlled {
  const clock = testClock('2026-07-15T14:24:11.185Z');
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = createSimulator({ port: 0, clock, log: SILENT_LOG });
    await simulator.start();
    simulator.control.addAccount({ name: 'ci', password: 'hunter2' });
  });
  afterEach(() => simulator.stop());

  function control(...argv: string[]): Promise<Finished> {
    return run(['simulate', ...argv, `--url=${simulator.url.origin}`]);
  }

  return {
    get simulator() {
      return simulator;
    },
    control,
    async output(...argv) {
      const { exitCode, stdout, stderr } = await control(...argv);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      return stdout.replace(/\n$/, '');
    },
  };
}

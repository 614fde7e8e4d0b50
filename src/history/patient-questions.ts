import type { UnhurriedPorts } from './unhurried-work.ts';

/** What questions are asked with. */
export interface PatientPorts extends Pick<UnhurriedPorts, 'monotonicMs' | 'after'> {
  /** Called when another question may be asked after one that was answered late. */
  readonly onFree: () => void;
}

/** Asks somebody who may take time: one question at a time, with a rest after each. */
export interface PatientQuestions {
  /** Whether a question may be asked now. */
  isFree(): boolean;
  /**
   * Asks. An answer that is there at once is handed on at once.
   * @param question gives the answer, a promise of it, or throws
   * @param take receives the answer; what it throws goes to `fail`
   * @param fail receives what went wrong
   */
  ask<T>(question: () => T | Promise<T>, take: (answer: T) => void, fail: (error: unknown) => void): void;
  /** Hands on no more answers. */
  stop(): void;
}

/** The most of the other side's time that questions take, as a share. */
const MOST_SHARE = 0.1;
/** The longest rest, in milliseconds: 2 s. Most of a long wait is not work. */
const LONGEST_REST_MS = 2_000;

/** Asks whoever answers with a promise no more often than it can bear; who answers at once is not spared. */
export function createPatientQuestions({ monotonicMs, after, onFree }: PatientPorts): PatientQuestions {
  let isFree = true;
  let isStopped = false;
  let callOff = (): void => undefined;

  function restSince(startedAtMs: number): void {
    const tookMs = monotonicMs() - startedAtMs;
    callOff = after(Math.min(LONGEST_REST_MS, tookMs * (1 / MOST_SHARE - 1)), () => {
      isFree = true;
      onFree();
    });
  }

  async function wait<T>(promise: Promise<T>, take: (answer: T) => void, fail: (error: unknown) => void) {
    const startedAtMs = monotonicMs();
    try {
      const answer = await promise;
      if (!isStopped) take(answer);
    } catch (error) {
      if (!isStopped) fail(error);
    }
    if (!isStopped) restSince(startedAtMs);
  }

  return {
    isFree: () => isFree,
    ask(question, take, fail) {
      try {
        const answer = question();
        if (!(answer instanceof Promise)) return take(answer);
        isFree = false;
        void wait(answer, take, fail);
      } catch (error) {
        fail(error);
      }
    },
    stop() {
      isStopped = true;
      callOff();
    },
  };
}

import { createKeyedMutex } from '../kit/keyed-mutex.ts';

/** Sends the logins of one hub: one that the hub has not accepted yet is sent by one credential at a time. */
export interface LoginOrder {
  /**
   * Sends a login once every credential that sends the same one has an answer.
   * @param key identifies the login
   * @param signal ends the wait: the promise then rejects with its reason, and nothing is sent
   * @param send receives whether the hub has accepted this login before
   * @param wasAccepted reports whether a result shows that the hub accepts this login
   * @returns the result of `send`
   */
  send<T>(
    key: string,
    signal: AbortSignal,
    send: (isProven: boolean) => Promise<T>,
    wasAccepted: (result: T) => boolean,
  ): Promise<T>;
}

/**
 * How long a login without an answer makes the next credential wait, in milliseconds (2 s). The token service answers
 * within a few hundred; a credential whose route hangs must not delay the others for its whole timeout.
 */
const MAX_WAIT_MS = 2_000;

/**
 * Creates the order of logins of one hub. Without it, forty credentials with one wrong password send it forty times in the
 * first second, before the first rejection is known, and the user name is locked. Accepted logins are sent concurrently.
 */
export function createLoginOrder(): LoginOrder {
  const accepted = new Set<string>();
  const mutex = createKeyedMutex(MAX_WAIT_MS);
  return {
    send: (key, signal, send, wasAccepted) =>
      mutex.run(key, signal, async (release) => {
        const isProven = accepted.has(key);
        if (isProven) release();
        const result = await send(isProven);
        if (wasAccepted(result)) accepted.add(key);
        else accepted.delete(key);
        return result;
      }),
  };
}

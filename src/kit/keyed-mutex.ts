import { within } from './deadline.ts';

/** Lets the credentials that share a login try it one after the other, until the hub has accepted it. */
export interface LoginTurns {
  /**
   * Sends a login when it is its turn. Rejects with the signal's reason when that comes first.
   * @param send is told whether the hub has accepted this login before
   * @param wasAccepted whether the result shows that the hub accepts this login
   */
  inTurn<T>(
    key: string,
    signal: AbortSignal,
    send: (isProven: boolean) => Promise<T>,
    wasAccepted: (result: T) => boolean,
  ): Promise<T>;
}

/**
 * How long a login that has no answer keeps the next credential waiting, in milliseconds (2 s): the token service
 * answers within a few hundred, and a credential whose route hangs must not hold up the others for its whole timeout.
 */
const PATIENCE_MS = 2_000;

/**
 * Creates the turns of one hub. Forty credentials with one wrong password would otherwise send it forty times in the
 * first second, before the first rejection is known, and so lock the user name. An accepted login is sent at will.
 */
export function createLoginTurns(): LoginTurns {
  const accepted = new Set<string>();
  /** The newest turn of each login; there is none when nobody waits or sends. */
  const newest = new Map<string, Promise<void>>();

  async function inTurn<T>(
    key: string,
    signal: AbortSignal,
    send: (isProven: boolean) => Promise<T>,
    wasAccepted: (result: T) => boolean,
  ): Promise<T> {
    const before = newest.get(key);
    const turn = openTurn();
    newest.set(key, turn.over);
    let patience: NodeJS.Timeout | undefined;
    try {
      if (before) await within(before, signal);
      const isProven = accepted.has(key);
      if (isProven) turn.end();
      else patience = setTimeout(turn.end, PATIENCE_MS);
      const result = await send(isProven);
      if (wasAccepted(result)) accepted.add(key);
      else accepted.delete(key);
      return result;
    } finally {
      clearTimeout(patience);
      turn.end();
      if (newest.get(key) === turn.over) newest.delete(key);
    }
  }

  return { inTurn };
}

function openTurn(): { over: Promise<void>; end: () => void } {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { over, end };
}

/** What a secret prints as, wherever it is printed. Prometheus and Alertmanager write the same. */
export const REDACTED = '<secret>';

/**
 * Text that must never reach a log, a page, a metric or an error.
 * Every way of turning it into text gives `<secret>`; only `reveal()` gives the text itself.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Call it where the bytes leave for the hub or a receiver, and nowhere else. */
  reveal(): string {
    return this.#text;
  }

  /** Whether both hold the same text. */
  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}

/**
 * Gives the value of an `Authorization` header anew, or undefined where none is needed: files are read at each use, so
 * that a rotated token needs no restart. Rejects with an `Error` whose message names the place and holds no secret.
 */
export type ReadAuthorization = () => Promise<Secret | undefined>;

/** The text that secrets print as. Prometheus and Alertmanager use the same. */
export const REDACTED = '<secret>';

/**
 * Text that must never reach a log, a page, a metric or an error. Every conversion to text returns `<secret>`; only
 * `reveal()` returns the text.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns the text. Call it only where the text is sent to the hub, a receiver or another service. */
  reveal(): string {
    return this.#text;
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
 * Returns the value of an `Authorization` header; undefined when none is configured. Files are read at each call, so that
 * a rotated token needs no restart. Rejects with an `Error` whose message names the setting and contains no secret.
 */
export type ReadAuthorization = () => Promise<Secret | undefined>;

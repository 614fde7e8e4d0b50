/** A request as the simulated hub sees it, whatever protocol brought it. */
export interface HubRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** A header by its lower-case name; several of one name are joined by commas. */
  header(name: string): string | undefined;
  /** Where the client comes from: see `clientAddress`. */
  readonly address: string;
  /** Counts connections from 0. */
  readonly connection: number;
  /** Counts requests from 0. */
  readonly sequence: number;
  /** Scheme, host and port by which the client reached the hub, such as `http://127.0.0.1:5429`. */
  readonly origin: string;
  /** Whether the connection closes after the answer because the client asked for it. */
  readonly closes: boolean;
  /** The body; empty for everything but a POST. */
  readonly body: string;
}

/** Where a client finds a hub. */
export interface HubEndpoint {
  /** `http://127.0.0.1:5429`. */
  readonly url: string;
  /** The authority that signed its certificate, as PEM text; undefined for plain http. */
  readonly authority?: string | undefined;
}

/** As whom a client pulls. */
export interface ClientLogin {
  readonly username: string;
  readonly password: string;
}

/** The part of a URL that image references name: `127.0.0.1:5429`. */
export function hostOf({ url }: HubEndpoint): string {
  return new URL(url).host;
}

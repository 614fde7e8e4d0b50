/** Where a server listens. */
export interface ListenAddress {
  /** Name or address, IPv6 without brackets; undefined is every interface, by IPv4 and IPv6. */
  readonly host: string | undefined;
  /** 0 takes any free port. */
  readonly port: number;
}

/** Where `headroom simulate` listens unless told otherwise. */
export const DEFAULT_PORT = 5429;

/**
 * The reasons of failed probes, each with its meaning and advice for the user: values of the metric label `reason`. With
 * `invalid_window` a probe succeeds without its window.
 */
export const FAILURES = {
  timeout: {
    meaning: 'Docker Hub did not answer in time',
    advice: 'Check the network path and proxy to Docker Hub; raise poll.timeout if the path is slow',
  },
  dns: {
    meaning: 'the name of Docker Hub could not be resolved',
    advice: 'Check DNS on this machine, and hub.url for a typing error',
  },
  connect: {
    meaning: 'no connection to Docker Hub could be made',
    advice: 'Check firewall, route and local_address; egress to port 443 must be open',
  },
  proxy: {
    meaning: 'the request got no further than the proxy',
    advice:
      'Check the proxy that the detail names, at the setting it names: its address, its user and password, its access list',
  },
  tls: {
    meaning: 'the encrypted connection could not be trusted or set up',
    advice: 'Behind a TLS-inspecting proxy, give its certificate authority in hub.ca_file',
  },
  reset: {
    meaning: 'the connection was cut before the answer was complete',
    advice: 'A firewall or proxy may be closing connections; if it persists, look there',
  },
  unauthorized: {
    meaning: 'Docker Hub rejects this login',
    advice:
      'Check user name and password or access token; the same password is sent again only after 10 minutes',
  },
  forbidden: {
    meaning: 'Docker Hub forbids this request',
    advice: 'The account may be suspended or the address blocked; check poll.image and the account',
  },
  not_found: {
    meaning: 'the requested image does not exist',
    advice: 'Check poll.image',
  },
  server_error: {
    meaning: 'Docker Hub has a fault of its own',
    advice: 'See https://www.dockerstatus.com; the next poll tries again',
  },
  invalid_header: {
    meaning: 'the rate-limit headers could not be read',
    advice:
      'Docker Hub has sent empty numbers before, for minutes; if it persists, report it with the detail',
  },
  invalid_window: {
    meaning: 'the stated window is impossible and counts as not stated; limit and remaining pulls are used',
    advice:
      'A window is 1 second to 31 days long; something between here and Docker Hub may be altering answers',
  },
  missing_header: {
    meaning: 'the rate-limit headers have suddenly gone missing',
    advice: 'After three such answers in a row the credential counts as unlimited',
  },
  malformed_response: {
    meaning: 'the answer was not valid HTTP',
    advice: 'Something between here and Docker Hub may be altering answers',
  },
  token_error: {
    meaning: 'the token service gave an unusable answer',
    advice:
      'A captive portal or proxy may be answering in its place; if not, see https://www.dockerstatus.com',
  },
  untrusted_realm: {
    meaning: 'the answer requested the login for a foreign host; it was not sent',
    advice: 'Something between here and Docker Hub may be impersonating it, or hub.url is not a Docker Hub',
  },
  unexpected_response: {
    meaning: 'the answer did not come from Docker Hub',
    advice: 'A captive portal, proxy or mirror may be answering in its place',
  },
  login_unreadable: {
    meaning: 'the configured login could not be read',
    advice: 'Check the password file, Docker configuration file or credential helper named in the detail',
  },
  internal: {
    meaning: 'Headroom itself failed',
    advice: 'Please report it with the log line of this probe',
  },
} as const satisfies Record<string, { meaning: string; advice: string }>;

/** One of the reasons in `FAILURES`. */
export type FailureReason = keyof typeof FAILURES;

/** All reasons, in the order of `FAILURES`. */
export const FAILURE_REASONS = Object.keys(FAILURES) as FailureReason[];

/** The kinds of block, each with its meaning and advice for the user. */
export const BLOCKS = {
  abuse: {
    meaning: 'Docker Hub refuses requests from this address for a while',
    advice:
      'Something at this address sends thousands of requests a minute; find it. Headroom checks again after a pause',
  },
  login: {
    meaning: 'Docker Hub has locked this user name after too many failed logins',
    advice: 'Find who sends a wrong password; for about 10 minutes the right one is refused too',
  },
} as const satisfies Record<string, { meaning: string; advice: string }>;

/** `abuse`: thousands of requests a minute from this address. `login`: too many failed logins for this user name. */
export type BlockReason = keyof typeof BLOCKS;

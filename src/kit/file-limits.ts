const KIB = 1_024;
const MIB = 1_024 * KIB;

/**
 * How large a file may be that Headroom is told to read, in bytes. A larger one is some other file: it is refused by its
 * size, before it is parsed. docs/configuration.md lists them. Files for `headroom plan` have the limits of the planner.
 */
export const FILE_LIMITS = {
  /** `--config.file`. */
  config: MIB,
  /** `web.config_file`, and each certificate and key that it names. */
  webConfig: MIB,
  /** `hub.ca_file` and the other `ca_file` keys. */
  certificates: 4 * MIB,
  /** `docker_config_file`; a Kubernetes secret holds at most 1 MiB. */
  dockerConfig: MIB,
  /** Every `_file` that holds a secret. */
  secret: 64 * KIB,
  /** `headroom simulate --scenario`. */
  scenario: MIB,
  /** `headroom forecast FILE.csv`: 90 days of results a minute are 8 MiB. */
  history: 64 * MIB,
  /** `headroom plan --known-images` and `--cached-images`. */
  images: 16 * MIB,
} as const;

import { oneOf } from './kinds/choice.ts';
import { credentialName } from './kinds/credential-name.ts';
import { filePath } from './kinds/file-path.ts';
import { ipAddress } from './kinds/ip-address.ts';
import type { ReadMap } from './kinds/map.ts';
import { mapOf } from './kinds/map.ts';
import { proxyUrl } from './kinds/proxy-url.ts';
import { secretText, username } from './kinds/text.ts';
import { POLL_KINDS } from './sections/poll.ts';
import { optional } from './setting.ts';

/** The keys of `credentials[].route`. */
export const ROUTE_SETTINGS = {
  local_address: optional(ipAddress),
  ip_family: optional(oneOf([4, 6])),
  proxy_url: optional(proxyUrl),
  proxy_url_file: optional(filePath),
};

/** The keys of `credentials[]`. The name alone is needed; what the poll keys leave out comes from the section `poll`. */
export const CREDENTIAL_SETTINGS = {
  name: optional(credentialName),
  username: optional(username),
  password: optional(secretText),
  password_file: optional(filePath),
  docker_config_file: optional(filePath),
  route: optional(mapOf(ROUTE_SETTINGS)),
  schedule: optional(POLL_KINDS.schedule),
  timezone: optional(POLL_KINDS.timezone),
  jitter: optional(POLL_KINDS.jitter),
  timeout: optional(POLL_KINDS.timeout),
  image: optional(POLL_KINDS.image),
};

/** One entry of `credentials` as it was read. */
export type CredentialEntry = ReadMap<typeof CREDENTIAL_SETTINGS>;

/** Its route as it was read. */
export type RouteEntry = ReadMap<typeof ROUTE_SETTINGS>;

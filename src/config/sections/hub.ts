import type { HubConfig } from '../config.ts';
import { checkCertificates } from '../files.ts';
import { trueOrFalse } from '../kinds/choice.ts';
import { filePath } from '../kinds/file-path.ts';
import { webUrl } from '../kinds/url.ts';
import type { Scope, Section } from '../scope.ts';
import { readSection, reportUnusable } from '../scope.ts';
import { optional, setting } from '../settings.ts';

/** The keys of the section `hub`. */
export const HUB_SETTINGS = {
  url: setting(webUrl('https://registry-1.docker.io', 'host'), new URL('https://registry-1.docker.io'), {
    variable: 'HEADROOM_HUB_URL',
  }),
  allow_insecure: setting(trueOrFalse, false),
  ca_file: optional(filePath),
};

/** `127.0.0.0/8`, `::1` and the names for them in RFC 6761 (section 6.3), in the form of `URL.hostname`. */
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost|.*\.localhost)$/;

/** Reads and checks the section `hub`. */
export async function readHub(scope: Scope): Promise<Section<HubConfig>> {
  const { values, written, shown } = readSection(scope, 'hub', HUB_SETTINGS);
  const { url, allow_insecure: allowInsecure, ca_file: caFile } = values;
  if (written.url && url.protocol === 'http:' && !allowInsecure && !LOOPBACK.test(url.hostname)) {
    scope.report({
      place: written.url.place,
      key: 'hub.url',
      message: 'Passwords would be sent without encryption',
      found: url.origin,
      allowed: 'https, http to this machine, or any http with hub.allow_insecure: true',
    });
  }
  if (caFile !== undefined) {
    await reportUnusable(scope, 'hub.ca_file', written.ca_file, () =>
      checkCertificates(caFile, scope.readFile),
    );
  }
  return { value: { url, allowInsecure, caFile }, shown };
}

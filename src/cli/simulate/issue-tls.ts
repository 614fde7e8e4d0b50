import { writeFile } from 'node:fs/promises';
import type { Clock } from '../../kit/clock.ts';
import { issueServerCertificate } from '../../simulator/certificate-authority.ts';
import type { TlsMaterial } from '../../simulator/serving/listener.ts';
import type { HubFlags } from './hub-flags.ts';
import { StartError } from './start-error.ts';

/**
 * Makes the certificate of a simulator for the names it is asked by, and writes its authority where flags say.
 * @throws StartError when the authority cannot be written
 */
export async function issueTls(flags: HubFlags, clock: Clock): Promise<TlsMaterial> {
  const { host } = flags.listen;
  const names = [...flags['tls-name'], ...(host === undefined ? [] : [host])];
  const { authority, certificate, key } = await issueServerCertificate(clock.now(), names);
  const file = flags['tls-ca-file'];
  try {
    if (file !== undefined) await writeFile(file, authority);
  } catch (cause) {
    throw new StartError(`Cannot write the certificate authority: ${(cause as Error).message}`, { cause });
  }
  return { certificate, key };
}

import { filePath } from '../../config/kinds/file-path.ts';
import { credentialName } from '../../config/kinds/text.ts';
import { webUrl } from '../../config/kinds/url.ts';
import type { Report } from '../../config/problem.ts';
import { type FlagValues, optionalFlag, repeatableFlag, toggle } from '../flag.ts';

/** The flags of every command that asks what is left: as whom, and whom. */
export const ASK_FLAGS = {
  'config.file': optionalFlag('FILE', filePath, 'Ask with the credentials of this configuration file'),
  'docker-config': toggle(
    'Ask with the login of your own Docker configuration ($DOCKER_CONFIG or ~/.docker), and without',
  ),
  server: optionalFlag(
    'URL',
    webUrl('http://headroom:10429', { withPath: true }),
    'Ask this running Headroom, in place of Docker Hub',
  ),
  credential: repeatableFlag('NAME', credentialName, 'Only this credential'),
};

/** What those flags become. */
export type AskFlags = FlagValues<typeof ASK_FLAGS>;

/** Reports flags that name more than one place where credentials come from. */
export function refuseTwoPlaces(given: ReadonlySet<string>, report: Report): void {
  const [first, ...others] = ['config.file', 'docker-config', 'server'].filter((flag) => given.has(flag));
  for (const other of others) {
    report({ place: { kind: 'flag', flag: `--${other}` }, message: `Not together with --${first}` });
  }
}

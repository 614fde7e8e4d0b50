import { type CredentialSnapshot, takeContainedSnapshot } from '../../domain/credential-snapshot.ts';
import type { WebSources } from '../web-options.ts';

/** What may be said of all credentials now, in the order of the configuration. */
export function takeSnapshots(
  sources: Pick<WebSources, 'states' | 'outlookOf' | 'contain'>,
  now: number,
): CredentialSnapshot[] {
  return sources
    .states()
    .map((state) =>
      takeContainedSnapshot(state, sources.outlookOf(state.identity.name), now, sources.contain),
    );
}

import { type ForeseenView, foreseeCredential } from '../../domain/forecast/outlook.ts';
import type { WebSources } from '../web-options.ts';

/** What may be said of all credentials now, in the order of the configuration. */
export function foreseenViews(
  sources: Pick<WebSources, 'states' | 'outlookOf' | 'contain'>,
  now: number,
): ForeseenView[] {
  return sources
    .states()
    .map((state) => foreseeCredential(state, sources.outlookOf(state.identity.name), now, sources.contain));
}

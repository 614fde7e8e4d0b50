import { viewCredential } from '../domain/credential-view.ts';
import { type ForeseenView, foreseeView } from '../domain/outlook.ts';
import type { WebSources } from './web-options.ts';

/** What may be said of all credentials now, in the order of the configuration. */
export function foreseenViews(
  sources: Pick<WebSources, 'states' | 'outlookOf'>,
  now: number,
): ForeseenView[] {
  return sources
    .states()
    .map((state) => foreseeView(viewCredential(state, now), sources.outlookOf(state.identity.name)));
}

import type { Route } from '../../domain/credential.ts';
import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import type { RecentProbes } from '../../domain/history/query.ts';
import { standingOf } from '../../domain/status.ts';
import { toCredentialCard } from '../overview/credential-card.ts';
import { describeRoute } from '../route-words.ts';
import { STANDING_WORDS } from '../standing-words.ts';
import { toPlainText } from '../text-words.ts';
import { toMoment } from '../time-words.ts';
import { toForecastDetail } from './forecast.ts';
import { DETAIL_ASSETS, type DetailMember, type DetailPage, type RangePicker } from './page.ts';
import { bucketPath, credentialPath } from './paths.ts';
import { toProbeList } from './probes.ts';

/** What the page of a credential is made of. */
export interface CredentialDetailParts extends Pick<DetailPage, 'past' | 'trouble' | 'notice'> {
  readonly view: CredentialSnapshot;
  /** The way its requests leave; undefined where that is not known. */
  readonly route: Route | undefined;
  /** All that draw on its bucket, itself among them, in the order of the configuration. */
  readonly onBucket: readonly CredentialSnapshot[];
  readonly range: RangePicker;
  readonly probes: RecentProbes | undefined;
  /** The newest event that the page knows of. */
  readonly eventId: string;
}

/** Finishes the page of a credential as of `now` (milliseconds since the epoch). */
export function toCredentialDetailPage(parts: CredentialDetailParts, now: number): DetailPage {
  const { view, onBucket, range, probes, past, trouble } = parts;
  const names = onBucket.map(({ name }) => name);
  const card = toCredentialCard(view, names, now);
  return {
    title: `${toPlainText(view.name, 60)}: ${card.state.label}`,
    tone: card.state.tone,
    ...DETAIL_ASSETS,
    route: parts.route && describeRoute(parts.route),
    kind: view.hasLogin ? 'Login' : 'Anonymous credential',
    card,
    forecast: toForecastDetail(view.outlook, now),
    members: onBucket.length > 1 ? toMembers(onBucket, view.name) : [],
    bucketPath: view.source && bucketPath(view.source.value),
    range,
    past,
    trouble,
    probes: probes && toProbeList(probes, now),
    madeAt: toMoment(now, now),
    live: { eventId: parts.eventId, about: JSON.stringify([view.name]) },
    notice: parts.notice,
    askFor: view.name,
  };
}

/** How many credentials of a bucket are listed. */
const MEMBERS_TOLD = 100;

/** Lists the credentials of a bucket, each with the way to its page. */
export function toMembers(views: readonly CredentialSnapshot[], self: string | undefined): DetailMember[] {
  return views.slice(0, MEMBERS_TOLD).map((view) => ({
    name: toPlainText(view.name, 120),
    path: credentialPath(view.name),
    state: STANDING_WORDS[standingOf(view)],
    isThis: view.name === self,
  }));
}

import type { Route } from '../../domain/credential.ts';
import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import type { RecentProbes } from '../../domain/history/query.ts';
import { standingOf } from '../../domain/status.ts';
import { bucketPath, credentialPath, describeRoute, STANDING_WORDS } from '../credential-words.ts';
import { toForecastDetail } from '../forecast-words.ts';
import { toCredentialCard } from '../overview/credential-card.ts';
import { toMoment, toPlainText } from '../text.ts';
import { DETAIL_ASSETS, type DetailMember, type DetailPage, type RangePicker } from './page.ts';
import { toProbeList } from './probes.ts';

/** What the page of a credential is made of. */
interface CredentialDetailParts extends Pick<DetailPage, 'past' | 'trouble' | 'notice'> {
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
function toMembers(views: readonly CredentialSnapshot[], self: string | undefined): DetailMember[] {
  return views.slice(0, MEMBERS_TOLD).map((view) => ({
    name: toPlainText(view.name, 120),
    path: credentialPath(view.name),
    state: STANDING_WORDS[standingOf(view)],
    isThis: view.name === self,
  }));
}

/** What the page of a bucket is made of. */
interface BucketDetailParts extends Pick<DetailPage, 'past' | 'trouble'> {
  readonly source: string;
  /** All that draw on it, in the order of the configuration; at least one. */
  readonly members: readonly [CredentialSnapshot, ...CredentialSnapshot[]];
  readonly range: RangePicker;
  /** The newest event that the page knows of. */
  readonly eventId: string;
}

/** The credential that was answered last: all of a bucket see the same, and this one the newest of it. */
export function newestOf<T extends CredentialSnapshot>([first, ...others]: readonly [T, ...T[]]): T {
  return others.reduce(
    (newest, view) => ((view.lastSuccessAt ?? 0) > (newest.lastSuccessAt ?? 0) ? view : newest),
    first,
  );
}

/** Finishes the page of a bucket as of `now` (milliseconds since the epoch). */
export function toBucketDetailPage(parts: BucketDetailParts, now: number): DetailPage {
  const { source, members, range, past, trouble } = parts;
  const newest = newestOf(members);
  const card = toCredentialCard(newest, [newest.name], now);
  const title = toPlainText(source, 120);
  return {
    title: `${title}: ${card.state.label}`,
    tone: card.state.tone,
    ...DETAIL_ASSETS,
    kind: card.source ? `Bucket of this ${card.source.kind}` : 'Bucket',
    // Who it is known from stands below; the bucket goes by its source.
    card: { ...card, name: title, who: undefined, source: undefined },
    forecast: toForecastDetail(newest.outlook, now),
    members: toMembers(members, undefined),
    bucketPath: undefined,
    route: undefined,
    range,
    past,
    trouble,
    probes: undefined,
    madeAt: toMoment(now, now),
    live: { eventId: parts.eventId, about: JSON.stringify(members.map(({ name }) => name)) },
    notice: undefined,
    askFor: undefined,
  };
}

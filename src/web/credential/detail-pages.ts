import type { Route } from '../../domain/credential.ts';
import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import type { RecentProbes } from '../../domain/history/query.ts';
import { statusOf } from '../../domain/status.ts';
import {
  bucketPath,
  credentialPath,
  describeRoute,
  STATUS_WORDS,
  spendingPath,
} from '../credential-words.ts';
import { toForecastDetail } from '../forecast-words.ts';
import { toCredentialCard } from '../overview/credential-card.ts';
import { toMoment, toPlainText, toTimestamp } from '../text.ts';
import { DETAIL_ASSETS, type DetailMember, type DetailPage, type RangePicker } from './page.ts';
import { toProbeList } from './probes.ts';

/** The data of a credential's page. */
interface CredentialDetailParts extends Pick<DetailPage, 'history' | 'historyReadProblem' | 'notice'> {
  readonly snapshot: CredentialSnapshot;
  /** The route of its requests; undefined if not known. */
  readonly route: Route | undefined;
  /** All credentials of its bucket, itself among them, in the order of the configuration. */
  readonly onBucket: readonly CredentialSnapshot[];
  readonly range: RangePicker;
  readonly probes: RecentProbes | undefined;
  /** Identifier of the newest event that the page includes. */
  readonly eventId: string;
}

/**
 * Creates the page of a credential.
 * @param now milliseconds since the epoch
 */
export function toCredentialDetailPage(parts: CredentialDetailParts, now: number): DetailPage {
  const { snapshot, onBucket, range, probes, history: past, historyReadProblem: trouble } = parts;
  const names = onBucket.map(({ name }) => name);
  const card = toCredentialCard(snapshot, names, now);
  return {
    title: `${toPlainText(snapshot.name, 60)}: ${card.state.label}`,
    tone: card.state.tone,
    ...DETAIL_ASSETS,
    route: parts.route && describeRoute(parts.route),
    kind: snapshot.hasLogin ? 'Login' : 'Anonymous credential',
    card,
    forecast: toForecastDetail(snapshot.outlook, now),
    members: onBucket.length > 1 ? toMembers(onBucket, snapshot.name) : [],
    bucketPath: snapshot.source && bucketPath(snapshot.source.value),
    spendingPath: spendingPath(snapshot.name),
    range,
    history: past,
    historyReadProblem: trouble,
    probes: probes && toProbeList(probes, now),
    madeAt: toMoment(now, now),
    live: { eventId: parts.eventId, credentials: JSON.stringify([snapshot.name]) },
    notice: parts.notice,
    pollName: snapshot.name,
  };
}

/** Maximum number of credentials of a bucket that are listed. */
const MAX_MEMBERS = 100;

/**
 * Lists the credentials of a bucket with their status and the path of their page.
 * @param self name of the credential of this page; undefined on the page of a bucket
 */
function toMembers(snapshots: readonly CredentialSnapshot[], self: string | undefined): DetailMember[] {
  return snapshots.slice(0, MAX_MEMBERS).map((snapshot) => ({
    name: toPlainText(snapshot.name, 120),
    path: credentialPath(snapshot.name),
    state: STATUS_WORDS[statusOf(snapshot)],
    isThis: snapshot.name === self,
  }));
}

/** The data of a bucket's page. */
interface BucketDetailParts extends Pick<DetailPage, 'history' | 'historyReadProblem'> {
  readonly source: string;
  /** All credentials of the bucket, in the order of the configuration; at least one. */
  readonly members: readonly [CredentialSnapshot, ...CredentialSnapshot[]];
  readonly range: RangePicker;
  /** Identifier of the newest event that the page includes. */
  readonly eventId: string;
}

/** Returns the snapshot with the newest answer: all credentials of a bucket see the same numbers. */
export function newestOf<T extends CredentialSnapshot>([first, ...others]: readonly [T, ...T[]]): T {
  return others.reduce(
    (newest, snapshot) => ((snapshot.lastSuccessAt ?? 0) > (newest.lastSuccessAt ?? 0) ? snapshot : newest),
    first,
  );
}

/**
 * Creates the page of a bucket.
 * @param now milliseconds since the epoch
 */
export function toBucketDetailPage(parts: BucketDetailParts, now: number): DetailPage {
  const { source, members, range, history: past, historyReadProblem: trouble } = parts;
  const newest = newestOf(members);
  const card = toCredentialCard(newest, [newest.name], now);
  const title = toPlainText(source, 120);
  return {
    title: `${title}: ${card.state.label}`,
    tone: card.state.tone,
    ...DETAIL_ASSETS,
    kind: card.source ? `Bucket of this ${card.source.kind}` : 'Bucket',
    // Who it is known from stands below; the bucket goes by its source.
    card: { ...card, name: title, kind: undefined, source: undefined },
    forecast: toForecastDetail(newest.outlook, now),
    members: toMembers(members, undefined),
    bucketPath: undefined,
    spendingPath: spendingPath(source),
    reportPath: `api/v1/report?${new URLSearchParams({
      bucket: source,
      from: toTimestamp(range.fromAt),
      to: toTimestamp(range.toAt),
    })}`,
    route: undefined,
    range,
    history: past,
    historyReadProblem: trouble,
    probes: undefined,
    madeAt: toMoment(now, now),
    live: { eventId: parts.eventId, credentials: JSON.stringify(members.map(({ name }) => name)) },
    notice: undefined,
    pollName: undefined,
  };
}

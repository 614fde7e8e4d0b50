import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { toCredentialCard } from '../overview/credential-card.ts';
import { toPlainText } from '../text-words.ts';
import { toMoment } from '../time-words.ts';
import { toMembers } from './credential-page.ts';
import { toForecastDetail } from './forecast.ts';
import { DETAIL_ASSETS, type DetailPage, type RangePicker } from './page.ts';

/** What the page of a bucket is made of. */
export interface BucketDetailParts extends Pick<DetailPage, 'past' | 'trouble'> {
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

import type { FleetMember, Labels } from '../../domain/history/fleet.ts';
import type { AnsweredSeries } from './answer.ts';
import { type FamilyValue, type FamilyValues, readOne, toFleetCredential } from './fleet-credential.ts';
import { instanceLabelsOf, keyOfLabels, tellApart } from './instance-labels.ts';
import type { PollTrace } from './own-polls.ts';

/** What the fleet's series say. */
export interface MappedFleet {
  /** The other Headrooms, in the order of their labels. */
  readonly members: readonly FleetMember[];
  /** All labels under which this Headroom's own series are stored; several where it is scraped more than once. */
  readonly own: readonly Labels[];
}

/** One Headroom, as its series are stored. */
interface Stored {
  readonly labels: Labels;
  /** By the credential's name. */
  readonly credentials: ReadonlyMap<string, FamilyValues>;
}

const BY_TEXT = new Intl.Collator('en', { numeric: true });

/**
 * Turns the newest values of `FLEET_FAMILIES` into Headrooms and their credentials.
 * @param isOwn whether a poll was made by this process
 */
export function mapFleet(
  series: readonly AnsweredSeries[],
  isOwn: (trace: PollTrace) => boolean,
): MappedFleet {
  const stored = groupByInstance(series);
  const own = stored.filter(({ credentials }) =>
    [...credentials].some(([name, families]) => isOwnPoll(name, families, isOwn)),
  );
  const others = stored.filter((headroom) => !own.includes(headroom));
  // This one counts once: what tells its own scrapes apart says nothing of the others.
  const telling = tellApart([...others, ...own.slice(0, 1)].map(({ labels }) => labels));
  return {
    members: others
      .map((headroom, i) => ({
        labels: telling[i] ?? headroom.labels,
        credentials: toCredentials(headroom),
      }))
      .sort((a, b) => BY_TEXT.compare(textOf(a.labels), textOf(b.labels))),
    own: own.map(({ labels }) => labels),
  };
}

function groupByInstance(series: readonly AnsweredSeries[]): readonly Stored[] {
  const groups = new Map<string, { labels: Labels; credentials: Map<string, Map<string, FamilyValue[]>> }>();
  for (const { labels, values } of series) {
    const { __name__: family = '', credential } = labels;
    const value = values.at(-1)?.value;
    if (credential === undefined || value === undefined) continue;
    const instance = instanceLabelsOf(labels);
    const group = entryOf(groups, keyOfLabels(instance), () => ({
      labels: instance,
      credentials: new Map(),
    }));
    const families = entryOf(group.credentials, credential, () => new Map<string, FamilyValue[]>());
    entryOf<string, FamilyValue[]>(families, family, () => []).push({ labels, value });
  }
  return [...groups.values()];
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function isOwnPoll(
  credential: string,
  families: FamilyValues,
  isOwn: (trace: PollTrace) => boolean,
): boolean {
  const seconds = readOne(families, 'dockerhub_last_poll_timestamp_seconds');
  const duration = readOne(families, 'dockerhub_poll_duration_seconds');
  if (seconds === undefined || duration === undefined) return false;
  return isOwn({ credential, at: Math.round(seconds * 1_000), durationMs: duration * 1_000 });
}

function toCredentials({ credentials }: Stored) {
  return [...credentials]
    .map(([name, families]) => toFleetCredential(name, families))
    .sort((a, b) => BY_TEXT.compare(a.name, b.name));
}

function textOf(labels: Labels): string {
  return labels.map(([, value]) => value).join(' ');
}

import { durationOf } from '../../kit/duration.ts';
import { type Endpoint, FAULTS, type FaultName } from '../faults/faults.ts';
import { CATALOGUE } from '../images/catalogue.ts';
import { type Finding, isMap, mapsAt, type UnknownMap } from './problem.ts';
import { formatHubImage, parseHubImage } from './scenario.ts';
import { createZone, instantOfMoment, parseMoment, parseWallTime } from './time.ts';

/**
 * Returns the problems between the values of a scenario: unknown names, images that the hub does not have, times outside
 * of the scenario. Accepts any parsed YAML and ignores values of the wrong form, which the schema reports, so that all
 * problems are reported together.
 */
export function crossCheck(input: unknown): Finding[] {
  if (!isMap(input)) return [];
  return [
    ...['accounts', 'caches', 'teams'].flatMap((list) => repeatedNames(input, list)),
    ...unknownNames(input),
    ...tiedTeams(input),
    ...unknownImages(input),
    ...wrongEndpoints(input),
    ...idleChanges(input),
    ...momentsOutside(input),
  ];
}

function repeatedNames(input: UnknownMap, list: string): Finding[] {
  const seen = new Set<unknown>();
  return mapsAt(input, [list]).flatMap(({ path, map }) => {
    if (typeof map.name !== 'string') return [];
    const isRepeated = seen.has(map.name);
    seen.add(map.name);
    return isRepeated ? [{ path: [...path, 'name'], message: 'The name is taken already' }] : [];
  });
}

function unknownNames(input: UnknownMap): Finding[] {
  const find = (lists: readonly string[], key: string, among: string): Finding[] => {
    const names = mapsAt(input, [among]).map(({ map }) => map.name);
    const allowed = `the name of one of ${among}: ${names.join(', ') || 'there are none'}`;
    return lists.flatMap((list) =>
      mapsAt(input, [list]).flatMap(({ path, map }) => {
        const name = map[key];
        if (typeof name !== 'string' || names.includes(name)) return [];
        return [{ path: [...path, key], message: `There is no such ${key}`, allowed }];
      }),
    );
  };
  return [
    ...find(['teams', 'caches', 'faults'], 'account', 'accounts'),
    ...find(['teams'], 'cache', 'caches'),
  ];
}

function tiedTeams(input: UnknownMap): Finding[] {
  return mapsAt(input, ['teams']).flatMap(({ path, map }) =>
    ['source', 'account']
      .filter((key) => map.cache !== undefined && map[key] !== undefined)
      .map((key) => ({
        path: [...path, key],
        message: `Not together with cache, which has its own ${key}`,
      })),
  );
}

function unknownImages(input: UnknownMap): Finding[] {
  const known = CATALOGUE.flatMap(({ name: repository, images }) =>
    images.flatMap(({ tags }) => tags.map((tag) => formatHubImage({ repository, tag }))),
  );
  const teams = mapsAt(input, ['teams']);
  const rollouts = teams.flatMap(({ path }) => mapsAt(input, [...path, 'rollouts']));
  return [...teams, ...rollouts].flatMap(({ path, map }) => {
    const images: unknown[] = Array.isArray(map.images) ? map.images : [];
    return images.flatMap((image, i) => {
      const read = parseHubImage(image);
      if (!read || known.includes(formatHubImage(read))) return [];
      const message = 'The simulated hub has no such image';
      return [{ path: [...path, 'images', i], message, allowed: known.join(', ') }];
    });
  });
}

function wrongEndpoints(input: UnknownMap): Finding[] {
  return mapsAt(input, ['faults']).flatMap(({ path, map }) => {
    const { endpoint } = map;
    const at: readonly Endpoint[] | undefined = FAULTS[map.fault as FaultName]?.at;
    if (endpoint === undefined || !at || at.includes(endpoint as Endpoint)) return [];
    return [
      {
        path: [...path, 'endpoint'],
        message: 'The fault does not apply to this endpoint',
        allowed: at.join(', '),
      },
    ];
  });
}

function idleChanges(input: UnknownMap): Finding[] {
  return mapsAt(input, ['changes'])
    .filter(({ map }) => map.profile === undefined && map.limits === undefined)
    .map(({ path }) => ({ path, message: 'Changes nothing', allowed: 'a profile, limits, or both' }));
}

/** Returns nothing if start, duration or time zone is invalid. */
function momentsOutside(input: UnknownMap): Finding[] {
  const startWall = parseWallTime(input.start);
  const durationMs = durationOf(input.duration);
  if (startWall === undefined || durationMs === undefined) return [];
  const zone = zoneOf(input.time_zone ?? 'UTC');
  if (!zone) return [];
  const startAt = zone.instantOf(startWall);
  const rollouts = mapsAt(input, ['teams']).flatMap(({ path }) => mapsAt(input, [...path, 'rollouts']));
  return [...rollouts, ...mapsAt(input, ['faults']), ...mapsAt(input, ['changes'])].flatMap(
    ({ path, map }) => {
      const moment = parseMoment(map.at);
      const at = moment && instantOfMoment(moment, startAt, zone);
      if (at === undefined || (at >= startAt && at < startAt + durationMs)) return [];
      const allowed = `from the start, for less than the duration of ${String(input.duration)}`;
      return [{ path: [...path, 'at'], message: 'Outside of the scenario', allowed }];
    },
  );
}

function zoneOf(name: unknown) {
  try {
    return createZone(String(name));
  } catch {
    return undefined;
  }
}

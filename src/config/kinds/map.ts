import type { Input } from '../input.ts';
import type { Place } from '../place.ts';
import type { Report } from '../problem.ts';
import type { ReadSettings } from '../read-settings.ts';
import { readSettings } from '../read-settings.ts';
import type { Settings } from '../setting.ts';
import type { Kind } from './kind.ts';

/** A map as it was read, with its place and its key for the rules that look at several keys at once. */
export interface ReadMap<S extends Settings> extends ReadSettings<S> {
  readonly place: Place;
  readonly key: string;
}

/** A map with these keys and no others. */
export function mapOf<S extends Settings>(settings: S): Kind<ReadMap<S>> {
  const allowed = `a map with the keys ${Object.keys(settings).join(', ')}`;
  function read(input: Input, key: string, report: Report): ReadMap<S> | undefined {
    if (input.kind === 'map') {
      return { ...readSettings(settings, input, key, report), place: input.place, key };
    }
    // The value is not shown: a password may stand where its map should be.
    report({ place: input.place, key, message: 'Not a map', allowed });
    return undefined;
  }
  return { allowed, nothingIsUnset: true, read, show: ({ shown }) => shown };
}

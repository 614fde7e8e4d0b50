import type { Input } from './input.ts';
import type { Kind } from './kinds/kind.ts';
import type { Place } from './place.ts';
import { formatPlace } from './place.ts';
import type { Report } from './problem.ts';

/** An entry of a list that is known by its name. */
export interface NamedEntry {
  readonly key: string;
  readonly place: Place;
  readonly values: { readonly name: string | undefined };
  readonly written: { readonly name: Input | undefined };
}

/** Reports every entry without a name, and every name that another entry has already. */
export function reportTakenNames(
  entries: readonly NamedEntry[],
  { allowed }: Pick<Kind<string>, 'allowed'>,
  report: Report,
): void {
  const places = new Map<string, Place>();
  for (const { key, place, values, written } of entries) {
    const { name } = values;
    if (!written.name) report({ place, key: `${key}.name`, message: 'The name is missing', allowed });
    if (name === undefined || !written.name) continue;
    const first = places.get(name);
    if (first) {
      const message = `The name is taken already at ${formatPlace(first)}`;
      report({ place: written.name.place, key: `${key}.name`, message, found: JSON.stringify(name) });
    }
    places.set(name, first ?? written.name.place);
  }
}

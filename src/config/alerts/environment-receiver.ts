import { environmentInput } from '../environment.ts';
import type { Input, MapInput } from '../input.ts';
import type { Place } from '../place.ts';
import type { Scope } from '../scope.ts';

/** The variables of the simple case, with Docker's `_FILE` twin. */
const URL = 'SLACK_WEBHOOK_URL';
const URL_FILE = 'SLACK_WEBHOOK_URL_FILE';

/** The Slack receiver that stands in the environment, as if it stood in the file; it is named `slack`. */
export function environmentReceiver({ env, report }: Scope): MapInput | undefined {
  const url = environmentInput(env, URL);
  const file = environmentInput(env, URL_FILE);
  if (url && file) {
    report({ place: file.place, message: `${URL} is set too`, allowed: `${URL} or ${URL_FILE}` });
    return undefined;
  }
  const written = url ?? file;
  if (!written) return undefined;
  const { place } = written;
  return mapInput(place, {
    name: { kind: 'scalar', place, value: 'slack' },
    slack: mapInput(place, { [url ? 'webhook_url' : 'webhook_url_file']: written }),
  });
}

function mapInput(place: Place, entries: Readonly<Record<string, Input>>): MapInput {
  return {
    kind: 'map',
    place,
    entries: new Map(Object.entries(entries).map(([key, input]) => [key, { keyPlace: place, input }])),
  };
}

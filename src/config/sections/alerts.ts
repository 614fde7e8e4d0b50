import type { AlertsConfig } from '../../domain/alerts/delivery/receiver.ts';
import { readReceivers } from '../alerts/read-receivers.ts';
import { RECEIVER_SETTINGS, type ReceiverEntry, repeatInterval } from '../alerts/receiver-settings.ts';
import { RULE_SETTINGS } from '../alerts/rule-settings.ts';
import { readRules, showRule } from '../alerts/rules.ts';
import { environmentInput, type Input, type MapInput, type Place } from '../input.ts';
import { listOf } from '../kinds/collection.ts';
import { readSection, type Scope, type Section } from '../scope.ts';
import { mapOf, optional, setting } from '../settings.ts';

/** Variables that configure one Slack receiver; `_FILE` names a file, as in Docker's images. */
const URL = 'SLACK_WEBHOOK_URL';
const URL_FILE = 'SLACK_WEBHOOK_URL_FILE';

/** Returns the Slack receiver of the environment in the form of the file, with the name `slack`; undefined if not set. */
function environmentReceiver({ env, report }: Scope): MapInput | undefined {
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

const receiver = mapOf(RECEIVER_SETTINGS);
const HOUR_MS = 3_600_000;

/** The keys of the section `alerts`. */
export const ALERTS_SETTINGS = {
  repeat_interval: setting(repeatInterval, 4 * HOUR_MS),
  rules: optional(listOf(mapOf(RULE_SETTINGS), { nouns: 'rules', allowEmpty: true })),
  receivers: optional(listOf(receiver, { nouns: 'receivers', allowEmpty: true })),
};

/**
 * Reads the section `alerts`. Configured rules are added to the default ones, and the receiver of the environment to those
 * of the file.
 * @param credentials names of the credentials that rules may refer to
 */
export async function readAlerts(
  scope: Scope,
  credentials: readonly string[],
): Promise<Section<AlertsConfig>> {
  const { values, written, shown } = readSection(scope, 'alerts', ALERTS_SETTINGS);
  const count = written.receivers?.kind === 'list' ? written.receivers.items.length : 0;
  const entries = [...(values.receivers ?? []), readEnvironment(scope, count)].filter(
    (entry) => entry !== undefined,
  );
  const rules = readRules(values.rules ?? [], credentials, scope.report);
  return {
    value: { rules, receivers: await readReceivers(entries, values.repeat_interval, scope) },
    shown: { ...shown, rules: rules.map(showRule), receivers: entries.map((entry) => entry.shown) },
  };
}

function readEnvironment(scope: Scope, index: number): ReceiverEntry | undefined {
  const input = environmentReceiver(scope);
  return input && receiver.read(input, `alerts.receivers[${index}]`, scope.report);
}

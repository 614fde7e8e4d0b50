import type { QuietHours, Receiver } from '../../domain/alerts/delivery/receiver.ts';
import { SEVERITIES } from '../../domain/alerts/rules/alert-rule.ts';
import { timeOfDay } from '../kinds/time.ts';
import type { Scope } from '../scope.ts';
import { reportDuplicateNames } from '../settings.ts';
import { readTarget } from './read-target.ts';
import { RECEIVER_SETTINGS, type ReceiverEntry, WEEKDAYS } from './receiver-settings.ts';

/** Keys without effect, since Alertmanager's configuration decides these. */
const NOT_WITH_ALERTMANAGER = ['send_resolved', 'repeat_interval', 'quiet_hours'] as const;

/**
 * Reads and checks the receivers; invalid ones are reported and omitted.
 * @param repeatIntervalMs the default of `repeat_interval`, in milliseconds
 */
export async function readReceivers(
  entries: readonly ReceiverEntry[],
  repeatIntervalMs: number,
  scope: Scope,
): Promise<readonly Receiver[]> {
  reportDuplicateNames(entries, RECEIVER_SETTINGS.name.kind, scope.report);
  const receivers = await Promise.all(entries.map((entry) => buildReceiver(entry, repeatIntervalMs, scope)));
  return receivers.filter((receiver) => receiver !== undefined);
}

async function buildReceiver(
  entry: ReceiverEntry,
  repeatIntervalMs: number,
  scope: Scope,
): Promise<Receiver | undefined> {
  const { values } = entry;
  const target = await readTarget(entry, scope);
  const quietHours = readQuietHours(entry, scope);
  if (target?.kind === 'alertmanager') reportIneffective(entry, scope);
  if (!target || values.name === undefined) return undefined;
  return {
    name: values.name,
    severities: values.severities ?? SEVERITIES,
    sendResolved: values.send_resolved ?? true,
    repeatIntervalMs: values.repeat_interval ?? repeatIntervalMs,
    quietHours,
    target,
  };
}

function readQuietHours({ values }: ReceiverEntry, { report }: Scope): QuietHours | undefined {
  const entry = values.quiet_hours;
  if (!entry) return undefined;
  const { key, place, written } = entry;
  const { from, to, time_zone: timeZone, days } = entry.values;
  for (const name of ['from', 'to'] as const) {
    if (written[name]) continue;
    const { allowed } = timeOfDay;
    report({ place, key: `${key}.${name}`, message: 'It is missing', allowed });
  }
  if (from === undefined || to === undefined) return undefined;
  if (from === to && written.to) {
    const message = 'The same as from: it is not clear whether the whole day or nothing is meant';
    const allowed = 'another time; for the whole day from "00:00" to "24:00"';
    report({ place: written.to.place, key: `${key}.to`, message, allowed });
  }
  return {
    fromMinute: from,
    toMinute: to,
    timeZone,
    days: days.map((day) => WEEKDAYS.indexOf(day)).sort((a, b) => a - b),
  };
}

function reportIneffective({ written, key }: ReceiverEntry, { report }: Scope): void {
  for (const name of NOT_WITH_ALERTMANAGER) {
    const input = written[name];
    if (!input) continue;
    const message = 'Has no effect: Alertmanager decides this itself';
    report({ place: input.place, key: `${key}.${name}`, message, allowed: 'with other receivers only' });
  }
}

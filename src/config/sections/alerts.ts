import type { AlertsConfig } from '../../domain/alerts/delivery/receiver.ts';
import { environmentReceiver } from '../alerts/environment-receiver.ts';
import { readReceivers } from '../alerts/read-receivers.ts';
import { readRules, showRule } from '../alerts/read-rules.ts';
import { RECEIVER_SETTINGS, type ReceiverEntry, repeatInterval } from '../alerts/receiver-settings.ts';
import { RULE_SETTINGS } from '../alerts/rule-settings.ts';
import { listOf } from '../kinds/list.ts';
import { mapOf } from '../kinds/map.ts';
import type { Scope, Section } from '../scope.ts';
import { readSection } from '../scope.ts';
import { optional, setting } from '../setting.ts';

const receiver = mapOf(RECEIVER_SETTINGS);
const HOUR_MS = 3_600_000;

/** The section `alerts`. */
export const ALERTS_SETTINGS = {
  repeat_interval: setting(repeatInterval, 4 * HOUR_MS),
  rules: optional(listOf(mapOf(RULE_SETTINGS), { nouns: 'rules', orNone: true })),
  receivers: optional(listOf(receiver, { nouns: 'receivers', orNone: true })),
};

/**
 * Reads the section `alerts`. Own rules stand beside the default ones, and the environment's receiver behind those of the
 * file.
 * @param credentials names of the credentials, which rules may be about
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

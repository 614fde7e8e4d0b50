import type { ReadAuthorization, Secret } from '../../../kit/secret.ts';
import type { AlertRule, Severity } from '../rules/alert-rule.ts';

/** The section `alerts` of the configuration. */
export interface AlertsConfig {
  readonly rules: readonly AlertRule[];
  /** Names are distinct. */
  readonly receivers: readonly Receiver[];
}

/** A configured destination of notifications. */
export interface Receiver {
  /** The configured name; the label `receiver` of the metrics. */
  readonly name: string;
  /** Severities that it receives. Default: all. */
  readonly severities: readonly Severity[];
  /** Whether it is notified when an alert ends. */
  readonly sendResolved: boolean;
  /**
   * How long after a notification it is reminded of an alert that still fires, in milliseconds. Default 4
   * hours.
   */
  readonly repeatIntervalMs: number;
  /** When notifications are delayed, except those of critical alerts; undefined if never. */
  readonly quietHours: QuietHours | undefined;
  readonly target: ReceiverTarget;
}

/** A daily period, on all or some days of the week. A `from` later than `to` crosses midnight. */
export interface QuietHours {
  /** Minutes since midnight in `timeZone`. */
  readonly fromMinute: number;
  /** Minutes since midnight in `timeZone`, exclusive. */
  readonly toMinute: number;
  /** An IANA name, such as `Europe/Berlin`. Default `UTC`. */
  readonly timeZone: string;
  /** Days on which the period begins; 0 is Sunday. Default: all. */
  readonly days: readonly number[];
}

/**
 * Reads a secret at each use, so that a rotated file needs no restart. Rejects with an `Error` that holds no
 * secret.
 */
export type ReadSecret = () => Promise<Secret>;

/** The kind of a receiver, with the settings of this kind. */
export type ReceiverTarget =
  | { readonly kind: 'slack'; readonly webhookUrl: ReadSecret; readonly mention: string | undefined }
  | {
      readonly kind: 'slack_bot';
      readonly token: ReadSecret;
      /** Channel id or name. */
      readonly channel: string;
      /** Who is mentioned for critical alerts, such as `<!here>` or `<@U012AB3CD>`; undefined mentions no user. */
      readonly mention: string | undefined;
      /** The base URL of the Web API. Default `https://slack.com/api`; tests replace it. */
      readonly apiUrl: string;
    }
  | {
      readonly kind: 'webhook';
      readonly url: ReadSecret;
      readonly headers: Readonly<Record<string, ReadSecret>>;
      /** Signs the body with HMAC-SHA256; undefined sends no signature. */
      readonly hmacSecret: ReadSecret | undefined;
    }
  | {
      readonly kind: 'alertmanager';
      /** Every peer of the cluster; each receives all alerts. */
      readonly urls: readonly ReadSecret[];
      readonly authorization: ReadAuthorization | undefined;
      /** How often firing alerts are sent again, in milliseconds. Default 1 minute. */
      readonly resendIntervalMs: number;
    }
  | { readonly kind: 'pagerduty'; readonly routingKey: ReadSecret; readonly url: string }
  | { readonly kind: 'teams'; readonly webhookUrl: ReadSecret }
  | { readonly kind: 'discord'; readonly webhookUrl: ReadSecret; readonly mention: string | undefined }
  | {
      readonly kind: 'ntfy';
      readonly url: string;
      readonly topic: ReadSecret;
      readonly token: ReadSecret | undefined;
    };

/**
 * What an alert leaves behind at a receiver that gets no resolve notification. `incident`: an incident that
 * stays open. `editable`: a message that still reads as if the alert fired. `one_off`: nothing, a message is
 * read once. `state`: this kind gets the state of all alerts instead of messages.
 */
type DeliveryMode = 'incident' | 'editable' | 'one_off' | 'state';

const DELIVERY_MODES: Record<ReceiverTarget['kind'], DeliveryMode> = {
  slack: 'one_off',
  slack_bot: 'editable',
  webhook: 'incident',
  alertmanager: 'state',
  pagerduty: 'incident',
  teams: 'one_off',
  discord: 'one_off',
  ntfy: 'one_off',
};

/** Returns what an alert leaves behind at receivers of this kind. */
export function deliveryModeOf({ kind }: ReceiverTarget): DeliveryMode {
  return DELIVERY_MODES[kind];
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DAYS = 7;

/** Cache: creating a format takes a hundred times as long as using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Reports whether quiet hours apply. A period that crosses midnight belongs to the day on which it begins.
 * @param now milliseconds since the epoch
 */
export function isQuiet({ fromMinute, toMinute, timeZone, days }: QuietHours, now: number): boolean {
  const { day, minute } = localTime(timeZone, now);
  if (fromMinute < toMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute;
  const dayBefore = (day + DAYS - 1) % DAYS;
  return (days.includes(day) && minute >= fromMinute) || (days.includes(dayBefore) && minute < toMinute);
}

function localTime(timeZone: string, now: number): { readonly day: number; readonly minute: number } {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: WEEKDAYS.indexOf(parts.get('weekday') ?? ''),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, format);
  return format;
}

import type { ReadAuthorization, Secret } from '../../../kit/secret.ts';
import type { AlertRule, Severity } from '../rules/alert-rule.ts';

/** The section `alerts` of the configuration. */
export interface AlertsConfig {
  readonly rules: readonly AlertRule[];
  /** Names are distinct. */
  readonly receivers: readonly Receiver[];
}

/** Where notifications go. */
export interface Receiver {
  /** The configured name; the label `receiver` of the metrics. */
  readonly name: string;
  /** Which alerts it hears of. Default: all. */
  readonly severities: readonly Severity[];
  /** Whether it is told when an alert ends. */
  readonly sendResolved: boolean;
  /** After how long it is told again of an alert that still fires, in milliseconds. Default 4 hours. */
  readonly repeatIntervalMs: number;
  /** When all but critical alerts wait. */
  readonly quietHours: QuietHours | undefined;
  readonly target: ReceiverTarget;
}

/** A part of every day, or of some days of the week. `from` later than `to` goes over midnight. */
export interface QuietHours {
  /** Minutes since midnight in `timeZone`. */
  readonly fromMinute: number;
  /** Minutes since midnight in `timeZone`, exclusive. */
  readonly toMinute: number;
  /** An IANA name, such as `Europe/Berlin`. Default `UTC`. */
  readonly timeZone: string;
  /** 0 is Sunday; the day on which a stretch begins. Default: all. */
  readonly days: readonly number[];
}

/** Reads a secret when it is used, so that a rotated file needs no restart. Rejects with an `Error` without secrets. */
export type ReadSecret = () => Promise<Secret>;

/** What kind of receiver it is, with what only this kind needs. */
export type ReceiverTarget =
  | { readonly kind: 'slack'; readonly webhookUrl: ReadSecret; readonly mention: string | undefined }
  | {
      readonly kind: 'slack_bot';
      readonly token: ReadSecret;
      /** Channel id or name. */
      readonly channel: string;
      /** Who is mentioned for critical alerts, such as `<!here>` or `<@U012AB3CD>`. */
      readonly mention: string | undefined;
      /** `https://slack.com/api` unless a test stands in. */
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
      /** Every peer of the cluster is told. */
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
 * What becomes of a message that nobody takes back. `machine`: it is an incident that stays open until it is ended;
 * `message`: it goes on looking as if it were true; `nothing`: it is read once; `state`: there are no messages.
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

/** What an end that is not told leaves behind at a receiver. */
export function deliveryModeOf({ kind }: ReceiverTarget): DeliveryMode {
  return DELIVERY_MODES[kind];
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DAYS = 7;

/** Formats are kept: making one takes a hundred times as long as using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Whether it is quiet. A stretch over midnight belongs to the day it begins on.
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

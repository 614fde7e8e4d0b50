import { createSqliteHistory, type SqliteHistory } from '../../src/history/sqlite/sqlite-history.ts';
import { silentLog } from '../silent-log.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A history of many credentials on a clock that the caller moves. */
export interface OpenedHistory {
  readonly history: SqliteHistory;
  /** Writes what is waiting, and tidies up a little. */
  tick(): void;
}

/** `credential-0` and so on. */
export function credentialNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `credential-${i}`);
}

/** Opens a history that keeps 90 days; nothing is written but by `tick`. */
export function openHistory(
  path: string,
  names: readonly string[],
  clock: { now(): number; monotonicMs(): number },
): OpenedHistory {
  let tick: () => void = () => undefined;
  const history = createSqliteHistory({
    path,
    makesFolder: false,
    retentionMs: 90 * DAY_MS,
    clock,
    log: silentLog,
    every(_, write) {
      tick = write;
      return () => undefined;
    },
  });
  history.open();
  history.apply(identitiesOf(names));
  return { history, tick: () => tick() };
}

/** Who these credentials are. */
export function identitiesOf(names: readonly string[]) {
  return names.map((name) => ({ name, hasLogin: false, fingerprint: name.padEnd(64, '0') }));
}

/** One answer for each of them. */
export function recordMinute(history: SqliteHistory, names: readonly string[], at: number): void {
  names.forEach((credential, i) => {
    const rateLimit = { limit: 100, remaining: 40 + ((i + at / MINUTE_MS) % 50), windowSeconds: 21_600 };
    const source = { value: '192.0.2.1', kind: 'ipv4' } as const;
    const reading = { kind: 'metered', rateLimit, source } as const;
    history.record({ credential, at: at + i * 10, durationMs: 180, intervalMs: MINUTE_MS, reading });
  });
}

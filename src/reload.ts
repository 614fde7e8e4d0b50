import type { Config } from './config/config.ts';
import { ConfigError } from './config/problem.ts';
import { shiftMoments } from './domain/shift-moments.ts';
import type { Clock } from './kit/clock.ts';
import type { Log } from './kit/log.ts';
import type { ReloadState } from './metrics/exporter-section.ts';
import type { ReloadResult } from './web/web-options.ts';

/** The dependencies of reloads. */
interface ReloadPorts {
  /** The configuration at the start. */
  readonly config: Config;
  readonly loadConfig: () => Promise<Config>;
  /**
   * Reads the web configuration file again.
   * @returns why it is invalid; undefined if it is valid
   */
  readonly reloadWebConfig: (path: string | undefined) => string | undefined;
  /** Applies a valid configuration. */
  readonly apply: (config: Config) => void;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Reloads the configuration, one reload after the other. */
export interface Reloads {
  /** Reloads the configuration. If it is invalid, the old one stays in use. Never rejects. */
  reload(): Promise<ReloadResult>;
  /** Returns the result of the newest reload; the start counts as a successful one. */
  state(): ReloadState;
  /** Moves the time of the newest successful reload by `byMs` milliseconds, after the wall clock was set. */
  clockJumped(byMs: number): void;
}

/** Creates the reloads of a program that has just read its configuration. */
export function createReloads(ports: ReloadPorts): Reloads {
  const { loadConfig, reloadWebConfig, apply, clock, log } = ports;
  let state: ReloadState = { successful: true, lastSuccessAt: clock.now() };
  let reloading: Promise<unknown> = Promise.resolve();

  async function reloadNow(): Promise<ReloadResult> {
    try {
      const next = await loadConfig();
      const refusal = reloadWebConfig(next.web.configFile);
      if (refusal !== undefined) return refuse(refusal);
      warnOfRestart(next);
      apply(next);
      state = { successful: true, lastSuccessAt: clock.now() };
      log.info('Reloaded the configuration', { credentials: next.credentials.length });
      return { ok: true };
    } catch (error) {
      // A rejection would end the process at a SIGHUP, and would prevent every later reload.
      const isForeseen = error instanceof ConfigError;
      return refuse(isForeseen ? error.message : 'Headroom itself failed; its log says why', error);
    }
  }

  function refuse(problems: string, error: unknown = problems): ReloadResult {
    state = { ...state, successful: false };
    log.error('The configuration is invalid; the old one stays in use', { error });
    return { ok: false, problems };
  }

  /** Logs a warning for each changed section that is only read at the start: history file, sockets, log format. */
  function warnOfRestart(next: Config): void {
    for (const section of ['history', 'web', 'log'] as const) {
      if (JSON.stringify(next[section]) === JSON.stringify(ports.config[section])) continue;
      log.warn('A change of this section takes effect at the next start', { section });
    }
  }

  return {
    reload() {
      const turn = reloading.then(reloadNow);
      reloading = turn;
      return turn;
    },
    state: () => state,
    clockJumped(byMs) {
      state = shiftMoments(state, byMs);
    },
  };
}

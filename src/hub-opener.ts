import type { Config } from './config/config.ts';
import type { KeyValueStore } from './history/history.ts';
import { createHub, type Hub } from './hub/create-hub.ts';
import { cacheFolder, createHoldFolder } from './hub/hold-folder.ts';
import { createHoldKeyValues } from './hub/hold-key-values.ts';
import type { HoldStore } from './hub/lockout.ts';
import { type Clock, systemTimers } from './kit/clock.ts';
import type { Log } from './kit/log.ts';

/** The dependencies of every hub. */
interface HubOpenerPorts {
  /** The path of the history file, beside which the key of the rejected logins is kept. */
  readonly historyPath: string;
  /** Stores rejected logins over restarts. */
  readonly keyValues: KeyValueStore;
  /** The environment variables, with those of proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Returns a function that opens the hub of a configuration. All hubs share the stores of rejected logins. */
export function createHubOpener(ports: HubOpenerPorts): (config: Pick<Config, 'hub'>) => Hub {
  const { env, userAgent, clock, log } = ports;
  const holdStores = openHoldStores(ports);
  return ({ hub }) => createHub({ ...hub, env, userAgent, clock, log, holdStores });
}

/** Opens the stores of rejected logins: the history file survives restarts, the cache folder is shared with commands of this user. */
function openHoldStores({ historyPath, keyValues, env, clock, log }: HubOpenerPorts): readonly HoldStore[] {
  return [
    createHoldKeyValues({
      values: keyValues,
      keyPath: `${historyPath}.key`,
      clock,
      onProblem: (error) =>
        log.warn('Rejected logins are kept in memory only: after a restart they are sent again', { error }),
    }),
    createHoldFolder({
      path: cacheFolder(env),
      clock,
      timers: systemTimers,
      // Many containers have no such folder; the history file is enough there.
      onProblem: (reason) => log.debug('Rejected logins are not shared with commands', { reason }),
    }),
  ];
}

/** Reports whether two configurations describe the same hub. */
export function isSameHub(a: Pick<Config, 'hub'>, b: Pick<Config, 'hub'>): boolean {
  return JSON.stringify(a.hub) === JSON.stringify(b.hub);
}

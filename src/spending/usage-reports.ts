import { createOwners, type TeamOf } from '../domain/spending/owners.ts';
import type { SpendingConfig } from '../domain/spending/spending-config.ts';
import type { UsageQuery, UsageReport } from '../domain/spending/spending-service.ts';
import { createTeamUsage, type TeamUsage } from '../domain/spending/team-usage.ts';
import type { UsageStore } from '../domain/spending/usage-store.ts';
import { createUsageTally } from '../domain/spending/usage-summary.ts';
import type { Log } from '../kit/log.ts';
import { compileNetworks } from '../kit/network-address.ts';
import { createUsageFolder, type UsageFolderPorts } from './usage-folder.ts';

/** The dependencies of usage reports. */
export interface UsageReportsPorts extends Omit<UsageFolderPorts, 'onImport' | 'store'> {
  readonly store: UsageStore;
  readonly log: Log;
}

/** Reads Docker's usage reports from a folder, and sums them by team. */
export interface UsageReports {
  /** Applies a configuration, at start and after each reload. Call it after the history was opened. */
  apply(config: Pick<SpendingConfig, 'usageReports' | 'owners' | 'maskAddresses'> | undefined): void;
  /**
   * Returns who pulled, in the hours that begin in a range; undefined without a folder of reports.
   * @throws HistoryUnavailableError if the history cannot be read now
   */
  report(query: UsageQuery): Promise<UsageReport | undefined>;
  /** Returns the pulls of teams, as far as the reports were read. */
  readonly teams: TeamUsage;
  /** Resolves when all changes so far are summed. */
  settled(): Promise<void>;
  /** Stops reading. */
  stop(): Promise<void>;
}

/** Creates usage reports. Nothing is read before `apply()`. */
export function createUsageReports({ store, log, ...ports }: UsageReportsPorts): UsageReports {
  const teams = createTeamUsage();
  let teamOf: TeamOf = createOwners([], compileNetworks);
  let isOn = false;
  let work: Promise<void> = Promise.resolve();
  /** Distinguishes configurations, so that an outdated sum is not continued. */
  let generation = 0;
  const folder = createUsageFolder({ ...ports, store, log, onImport: (hours) => sum([...hours]) });

  function sum(hours: readonly number[] | undefined): void {
    const started = generation;
    work = work.then(async () => {
      try {
        for (const at of hours ?? (await store.hours())) {
          if (generation !== started) return;
          teams.setHour(at, await store.sums(at), teamOf);
        }
        teams.publish();
      } catch (error) {
        log.warn('The stored usage reports cannot be read', { error });
      }
    });
  }

  return {
    teams,
    async report({ from, to, by }) {
      if (!isOn) return undefined;
      const tally = createUsageTally({ by, teamOf, showAddress: (address) => address });
      for (const day of await store.days({ from, to })) tally.add({ ...day, versionChecks: 0 });
      return tally.summary();
    },
    apply(config) {
      generation += 1;
      teamOf = createOwners(config?.owners ?? [], compileNetworks);
      const { usageReports: reports, maskAddresses = false } = config ?? {};
      isOn = reports !== undefined;
      teams.clear();
      folder.apply(reports && { path: reports.path, maskAddresses });
      if (reports) sum(undefined);
    },
    settled: () => work,
    async stop() {
      generation += 1;
      await folder.stop();
      await work;
    },
  };
}

import { startClusterServer } from '../../src/simulator/kubernetes/cluster-server.ts';
import { prepareShowcase } from '../../src/simulator/showcase.ts';
import { createShowcaseActivity, type ShowcaseActivity } from '../../src/simulator/showcase-activity.ts';
import { writeShowcaseFiles } from '../../src/simulator/showcase-files.ts';
import { type RunningHeadroom, startHeadroom } from '../end-to-end/running-headroom.ts';
import { freePort } from '../metrics/prometheus-server.ts';
import { type FailingReceivers, startFailingReceivers } from './failing-receivers.ts';

/** What there is to scrape: everything that a dashboard can show, at once. */
export interface ShowcaseTargets {
  readonly headroom: RunningHeadroom;
  /** Scrape jobs, as YAML under `scrape_configs`. */
  readonly scrapeConfigs: string;
  stop(): Promise<void>;
}

/** Starts a fleet of one Headroom in a cluster named north, and the same seen without such a label. */
export async function startShowcaseTargets(): Promise<ShowcaseTargets> {
  const failing = await startFailingReceivers();
  const activity = createShowcaseActivity(Date.now(), Math.random);
  const clusters = await startClusterServer(activity.clusters);
  const headroom = await startShowcase(failing.receivers, (folder) =>
    writeShowcaseFiles(folder, clusters, Date.now()),
  );
  const stopPulls = keepPulling(headroom.control, activity);
  const address = headroom.app.urls[0]?.host;
  return {
    headroom,
    scrapeConfigs: `
- job_name: headroom
  static_configs: [{ targets: ['${address}'], labels: { cluster: north } }]
- job_name: prod-headroom
  static_configs: [{ targets: ['${address}'] }]
- job_name: gone-headroom
  static_configs: [{ targets: ['127.0.0.1:${await freePort()}'] }]
`,
    async stop() {
      stopPulls();
      await headroom.stop();
      await clusters.stop();
      failing.stop();
    },
  };
}

/** Headroom on the simulated hub of `headroom demo`, with every name that can be emitted. */
async function startShowcase(
  receivers: FailingReceivers['receivers'],
  spending: (folder: string) => object,
): Promise<RunningHeadroom> {
  let credentials: ReturnType<typeof prepareShowcase> = [];
  const headroom = await startHeadroom({
    prepare(control) {
      credentials = prepareShowcase(control);
    },
    settings: ({ folder }) => ({
      spending: spending(folder),
      poll: { schedule: '* * * * * *', jitter: '0s', timeout: '1s' },
      credentials: credentials.map(({ name, username, password }) => ({ name, username, password })),
      alerts: { receivers },
      metrics: { compatibility: ['viadee', 'gitlab', 'jadolg', 'tcaty'] },
    }),
  });
  await headroom.app.firstRound;
  // Seen under its own name first, and from now on under its address.
  headroom.control.setFault('dropped-to-anonymous', { account: 'acmecontractor' });
  return headroom;
}

/** Lets a bucket lose pulls, which its cluster explains, until the returned function is called. */
function keepPulling(control: RunningHeadroom['control'], activity: ShowcaseActivity): () => void {
  const timer = setInterval(() => {
    control.pull({ account: 'acmeweb', pulls: 2 });
    activity.spent('web-team', 3, Date.now());
    activity.retry(Date.now());
  }, 10_000);
  return () => clearInterval(timer);
}

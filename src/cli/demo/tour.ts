/** One page of the demo to look at. */
interface TourStop {
  readonly question: string;
  /** Below the URL of the demo, without a slash at the begin. */
  readonly path: string;
  /** What the page shows. */
  readonly about: string;
}

const STOPS: readonly TourStop[] = [
  {
    question: 'Can I deploy now?',
    path: '',
    about: 'The answer, and a card for each bucket. cluster-a, cluster-b and cluster-c share one.',
  },
  {
    question: 'When are the pulls used up?',
    path: 'credentials/nightly-builds',
    about: 'The forecast, the remaining pulls of the last hours, and the usual week.',
  },
  {
    question: 'What is wrong, and what to do?',
    path: 'alerts',
    about: 'The alerts that fire. Acknowledge one, as you would at night.',
  },
  {
    question: 'Who spends the pulls?',
    path: 'spending',
    about: 'Teams, workloads and nodes, and the part that nothing explains.',
  },
  {
    question: 'Does a rollout fit?',
    path: 'plan',
    about: 'Paste a manifest or a Compose file: how many pulls it costs, and whether they are left.',
  },
];

/** Hosts that stand for all addresses: a browser reaches them as localhost. */
const EVERY_HOST = /^(0\.0\.0\.0|\[::\])$/;

/**
 * Returns what `headroom demo` prints once it listens: five things to try, each with its URL.
 * @param url the URL of the page, with a slash at its end
 */
export function tourText(url: URL): string {
  const root = new URL(url);
  if (EVERY_HOST.test(root.hostname)) root.hostname = 'localhost';
  const stops = STOPS.map(({ question, path, about }, i) => {
    return `  ${i + 1}. ${question}\n     ${new URL(path, root).href}\n     ${about}\n`;
  });
  return `This is a demo: Docker Hub and all pulls are simulated on this machine. Five things to try:\n\n${stops.join('\n')}
To end the demo and delete its data, press Ctrl-C.\n`;
}

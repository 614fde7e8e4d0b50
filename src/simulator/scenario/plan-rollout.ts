import type { Rollout, Team } from './scenario.ts';
import type { PlannedPull } from './scenario-event.ts';

/**
 * The pulls of a rollout: cluster by cluster, pod by pod, image by image, spread evenly over its time. The pods of a
 * cluster go to its nodes in turn, as a scheduler that spreads them would.
 */
export function* planRollout(team: Team, rollout: Rollout): Generator<PlannedPull, void> {
  const { at, withinMs, clusters, nodes, pods, images, policy } = rollout;
  const total = clusters * pods * images.length;
  let done = 0;
  for (let cluster = 0; cluster < clusters; cluster++) {
    for (let pod = 0; pod < pods; pod++) {
      for (const image of images) {
        yield {
          kind: 'pull',
          at: at + Math.floor((withinMs * done) / total),
          team,
          image,
          policy,
          node: `${cluster}/${pod % nodes}`,
          rollout,
        };
        done += 1;
      }
    }
  }
}

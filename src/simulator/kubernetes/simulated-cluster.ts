import {
  type ClusterObject,
  type Draft,
  eventOf,
  fullName,
  podName,
  podOf,
  type SimulatedPod,
  uidOf,
} from './kubelet-objects.ts';

/** A line of a watch. */
export interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ClusterObject;
}

/** The resources of a simulated cluster. */
export type ClusterResource = 'pods' | 'events';

/** The pods and events of a cluster, as an API server has them. */
export interface SimulatedCluster {
  /** Starts a pod whose image is pulled. */
  pull(pod: SimulatedPod, at: number): void;
  /** Records that a registry refused a pull of a pod, and that the kubelet waits before the next attempt. */
  refuse(pod: SimulatedPod, at: number): void;
  list(resource: ClusterResource): readonly ClusterObject[];
  /** Returns the newest resource version. */
  version(): number;
  /**
   * Subscribes to the changes after a version.
   * @returns a function that ends the subscription
   */
  watch(resource: ClusterResource, version: number, onChange: (line: WatchLine) => void): () => void;
}

/** An API server deletes events after an hour, in milliseconds. Changes are kept as long for watches. */
const KEPT_MS = 3_600_000;
/** The most pods; the oldest is deleted first. */
const MAX_PODS = 500;
/** The error of containerd when Docker Hub refuses a `HEAD`, as kubelet 1.36 writes it. */
const REFUSED = (image: string) =>
  `failed to pull and unpack image "${image}": failed to resolve reference "${image}": pulling from host registry-1.docker.io failed with status code [manifests ${image.split(':').at(-1)}]: 429 Too Many Requests`;

/** Creates a cluster without pods. */
export function createSimulatedCluster(): SimulatedCluster {
  let version = 1;
  const objects: Record<ClusterResource, Map<string, ClusterObject>> = { pods: new Map(), events: new Map() };
  const history: { resource: ClusterResource; at: number; line: WatchLine }[] = [];
  const listeners = new Map<(line: WatchLine) => void, ClusterResource>();

  function publish(resource: ClusterResource, at: number, line: WatchLine): void {
    history.push({ resource, at, line });
    while (history[0] && history[0].at < at - KEPT_MS) history.shift();
    for (const [listener, watched] of listeners) if (watched === resource) listener(line);
  }

  function put(resource: ClusterResource, at: number, { metadata, ...fields }: Draft): void {
    version += 1;
    const { uid } = metadata;
    const type = objects[resource].has(uid) ? 'MODIFIED' : 'ADDED';
    const object = { ...fields, metadata: { ...metadata, resourceVersion: String(version) } };
    objects[resource].delete(uid);
    objects[resource].set(uid, object);
    publish(resource, at, { type, object });
  }

  function removeOldest(resource: ClusterResource, at: number): void {
    const [uid, oldest] = [...objects[resource]][0] ?? [];
    if (uid === undefined || !oldest) return;
    version += 1;
    objects[resource].delete(uid);
    const object = { ...oldest, metadata: { ...oldest.metadata, resourceVersion: String(version) } };
    publish(resource, at, { type: 'DELETED', object });
  }

  function write(pod: SimulatedPod, at: number, reason: string, type: string, message: string): void {
    const before = objects.events.get(uidOf([podName(pod), reason, message]));
    put('events', at, eventOf(pod, { reason, type, message, at, before }));
    const isOld = (event: ClusterObject | undefined) =>
      event !== undefined && Date.parse(String(event.lastTimestamp)) < at - KEPT_MS;
    while (isOld([...objects.events.values()][0])) removeOldest('events', at);
  }

  function start(pod: SimulatedPod, at: number): void {
    if (objects.pods.has(uidOf([podName(pod)]))) return;
    put('pods', at, podOf(pod, at));
    if (objects.pods.size > MAX_PODS) removeOldest('pods', at);
  }

  return {
    pull(pod, at) {
      const { image } = pod;
      start(pod, at);
      write(pod, at, 'Pulling', 'Normal', `Pulling image "${image}"`);
      const bytes = 9_000_000 + (Number.parseInt(uidOf([image]).slice(0, 6), 16) % 90_000_000);
      const took = '1.84s (1.84s including waiting)';
      const message = `Successfully pulled image "${image}" in ${took}. Image size: ${bytes} bytes.`;
      write(pod, at, 'Pulled', 'Normal', message);
    },
    refuse(pod, at) {
      const { image } = pod;
      start(pod, at);
      write(pod, at, 'Pulling', 'Normal', `Pulling image "${image}"`);
      write(pod, at, 'Failed', 'Warning', `Failed to pull image "${image}": ${REFUSED(fullName(image))}`);
      write(pod, at, 'Failed', 'Warning', 'Error: ErrImagePull');
      write(pod, at, 'BackOff', 'Normal', `Back-off pulling image "${image}"`);
      write(pod, at, 'Failed', 'Warning', 'Error: ImagePullBackOff');
    },
    list: (resource) => [...objects[resource].values()],
    version: () => version,
    watch(resource, from, onChange) {
      for (const { resource: changed, line } of history) {
        if (changed === resource && Number(line.object.metadata.resourceVersion) > from) onChange(line);
      }
      listeners.set(onChange, resource);
      return () => void listeners.delete(onChange);
    },
  };
}

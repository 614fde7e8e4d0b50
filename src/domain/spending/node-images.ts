/** Whether a node had an image when a pull of it started. */
export type Held = 'held' | 'absent' | 'unknown';

/** An image that a node has. */
export interface NodeImage {
  /** The name of the image, as `nameKey()` returns it. */
  readonly key: string;
  /** In bytes; undefined if unknown. */
  readonly bytes: number | undefined;
}

/** The moment of an event. */
export interface EventMoment {
  /** Milliseconds since the epoch. Kubelets state whole seconds. */
  readonly at: number;
  /** Grows with each event of a cluster; undefined if the order is not known. */
  readonly order: number | undefined;
}

/** The start of a pull. */
export interface PullStart extends EventMoment {
  /** Whether it waited until the pulls before it on the node had ended. */
  readonly hasWaited: boolean;
}

/** The images of a node at one moment, from its status. */
export interface NodeListing {
  readonly images: readonly NodeImage[];
  /** Whether the node has no other images. */
  readonly isComplete: boolean;
  /** When it was requested, in milliseconds since the epoch. */
  readonly at: number;
}

/** The images that nodes have, from their status and from earlier events. */
export interface NodeImages {
  /** Records the status of a node. */
  list(node: string, listing: NodeListing): void;
  /** Records that a node has an image since a moment. */
  hold(node: string, image: NodeImage, since: EventMoment): void;
  /** Returns whether a node had an image when a pull of it started that ended with the image of this size. */
  held(node: string, image: NodeImage, start: PullStart): Held;
  /** Reports whether the node may have the same content under another name of its repository. */
  mayShareContent(node: string, key: string, bytes: number | undefined): boolean;
}

/** How long an image is believed to be on a node whose status is not read, in milliseconds: a day. Nodes remove unused images. */
const BELIEVED_MS = 86_400_000;
/** How old a pull must be to be missed in the status of its node, in milliseconds: kubelets report every 5 minutes. */
const REPORTED_AFTER_MS = 600_000;

interface HeldImage extends EventMoment {
  readonly bytes: number | undefined;
}

interface NodeRecord {
  readonly images: Map<string, HeldImage>;
  listing:
    | { readonly keys: ReadonlySet<string>; readonly isComplete: boolean; readonly at: number }
    | undefined;
}

/** Creates an empty record of nodes. */
export function createNodeImages(): NodeImages {
  const nodes = new Map<string, NodeRecord>();

  function recordOf(node: string): NodeRecord {
    const found = nodes.get(node);
    if (found) return found;
    const record: NodeRecord = { images: new Map(), listing: undefined };
    nodes.set(node, record);
    return record;
  }

  return {
    list(node, { images, isComplete, at }) {
      const record = recordOf(node);
      const keys = new Set(images.map(({ key }) => key));
      for (const [key, held] of record.images) {
        if (isComplete && !keys.has(key) && held.at < at - REPORTED_AFTER_MS) record.images.delete(key);
      }
      for (const { key, bytes } of images) {
        const known = record.images.get(key);
        if (!known) record.images.set(key, { bytes, at, order: undefined });
      }
      record.listing = { keys, isComplete, at };
    },
    hold(node, { key, bytes }, since) {
      const { images } = recordOf(node);
      const known = images.get(key);
      const isSame = known && (bytes === undefined || known.bytes === undefined || known.bytes === bytes);
      images.set(key, isSame ? { ...known, bytes: bytes ?? known.bytes } : { ...since, bytes });
    },
    held(node, { key, bytes }, start) {
      const { images, listing } = recordOf(node);
      const known = images.get(key);
      if (!known) return listing?.isComplete ? 'absent' : 'unknown';
      // The tag has moved: the node had another image under this name.
      if (bytes !== undefined && known.bytes !== undefined && known.bytes !== bytes) return 'absent';
      // A pull that waited began after those whose events came before its own; a status that was read later shows its result.
      const isAfterEvent = start.hasWaited && known.order !== undefined;
      if (!isAfterEvent && !isBefore(known, start)) return 'unknown';
      return listing || start.at - known.at < BELIEVED_MS ? 'held' : 'unknown';
    },
    mayShareContent(node, key, bytes) {
      const repository = repositoryOf(key);
      for (const [other, held] of nodes.get(node)?.images ?? []) {
        if (other === key || repositoryOf(other) !== repository) continue;
        if (bytes === undefined || held.bytes === undefined || held.bytes === bytes) return true;
      }
      return false;
    },
  };
}

/** Reports whether an event was certainly before another one. */
function isBefore(a: EventMoment, b: EventMoment): boolean {
  return a.order !== undefined && b.order !== undefined ? a.order < b.order : a.at < b.at;
}

/** Returns the part of a `nameKey()` before tag and digest. */
function repositoryOf(key: string): string {
  return key.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

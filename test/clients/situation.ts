import { createCatalogueStore } from '../../src/simulator/images/catalogue-store.ts';
import type { ClientName } from './pulling-client.ts';

/** What is pulled, by whom, and how it is named. It is measured twice: cold, and again right after. */
export interface Situation {
  readonly client: ClientName;
  readonly image: ImageKind;
  readonly by: 'tag' | 'digest';
}

/** One image of the simulated hub for each form that clients treat differently. */
export const IMAGES = {
  'single-architecture': 'ratelimitpreview/test',
  'multi-architecture': 'library/alpine',
  'with attestations': 'library/nginx',
  'Windows only': 'acme/windows',
} as const;

/** One of `IMAGES`. */
export type ImageKind = keyof typeof IMAGES;

const KINDS = Object.keys(IMAGES) as ImageKind[];
const PULLABLE = KINDS.filter((kind) => kind !== 'Windows only');

/** What is measured with containerd. */
export const CONTAINERD_SITUATIONS: readonly Situation[] = [
  ...KINDS.map((image) => ({ client: 'containerd', image, by: 'tag' }) as const),
  ...PULLABLE.map((image) => ({ client: 'containerd', image, by: 'digest' }) as const),
];

/** What is measured with skopeo. */
export const SKOPEO_SITUATIONS: readonly Situation[] = [
  ...KINDS.map((image) => ({ client: 'skopeo copy', image, by: 'tag' }) as const),
  ...PULLABLE.map((image) => ({ client: 'skopeo copy', image, by: 'digest' }) as const),
  { client: 'skopeo copy --all', image: 'multi-architecture', by: 'tag' },
  { client: 'skopeo copy --all', image: 'with attestations', by: 'tag' },
  { client: 'skopeo inspect', image: 'single-architecture', by: 'tag' },
  { client: 'skopeo inspect', image: 'multi-architecture', by: 'tag' },
];

/** What is measured with a pull-through cache. */
export const CACHE_SITUATIONS: readonly Situation[] = [
  ...PULLABLE.map((image) => ({ client: 'skopeo copy through docker-registry', image, by: 'tag' }) as const),
  { client: 'skopeo copy through docker-registry', image: 'multi-architecture', by: 'digest' },
  { client: 'HEAD through docker-registry', image: 'multi-architecture', by: 'tag' },
];

/** What a client pulls: `library/alpine:latest` or `library/alpine@sha256:…`. */
export function nameOf({ image, by }: Situation): string {
  const repository = IMAGES[image];
  if (by === 'tag') return `${repository}:latest`;
  return `${repository}@${createCatalogueStore().manifest(repository, 'latest')?.digest}`;
}

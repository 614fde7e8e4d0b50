import type { WindowKind } from './metering/bucket.ts';

/**
 * What a pull costs. `per-get`: each GET of a manifest is one pull (captures of 2026). `two-gets`: two GETs are one pull
 * (Docker's engineers, 2020). `per-architecture`: one for each architecture's manifest, none for an index or an
 * attestation (Docker's documentation).
 */
export type CountingModel = 'per-get' | 'two-gets' | 'per-architecture';

/** The counting models, for messages and choices. */
export const COUNTING_MODELS = [
  'per-get',
  'two-gets',
  'per-architecture',
] as const satisfies readonly CountingModel[];

/** The limits of a hub, as its profile sets them and as they may be changed while it runs. */
export interface Limits {
  /** Pulls in a window for an address without a login. */
  readonly anonymous: number;
  /** Pulls in a window for a personal account. */
  readonly personal: number;
  readonly windowSeconds: number;
  readonly window: WindowKind;
  readonly counting: CountingModel;
}

/** Limits of one source or account, in place of those everybody has. */
export interface OwnLimit {
  /** Pulls in a window. */
  readonly limit?: number;
  readonly windowSeconds?: number;
}

/**
 * What a GET of a manifest costs, in pulls. HEAD is free in every model.
 * @param isImage whether it is the manifest of an image: neither an index nor an attestation
 */
export function pullCost(model: CountingModel, isImage: boolean): number {
  if (model === 'two-gets') return 0.5;
  return model === 'per-architecture' && !isImage ? 0 : 1;
}

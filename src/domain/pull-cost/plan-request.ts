import type { CountingModel } from './counting-model.ts';
import type { Runtime } from './runtime.ts';

/** A plan as somebody asks a running Headroom for it. */
export interface PlanRequest {
  readonly files: readonly PlannedFile[];
  readonly nodes: number | undefined;
  readonly clusters: number;
  readonly runtime: Runtime | undefined;
  readonly model: CountingModel;
  readonly platforms: readonly string[];
  /** The credential whose bucket it is to draw on; undefined: the anonymous one. */
  readonly credential: string | undefined;
  /** Values for variables of Compose files, CI files and Dockerfiles. */
  readonly variables: ReadonlyMap<string, string>;
  /** Compose profiles that are started. */
  readonly profiles: ReadonlySet<string>;
}

/** A file with its name. */
export interface PlannedFile {
  readonly name: string;
  readonly text: string;
}

/** The body of a request for a plan, as it came: parsing it may take as long as planning. */
export interface PlanBody {
  readonly bytes: Uint8Array;
  /** Its `Content-Type`; empty where there is none. */
  readonly type: string;
}

/** Who sends a request for a plan. */
export interface PlanCaller {
  /** The client's network: plans are made in turn between networks. */
  readonly network: string;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

/** What became of a request for a plan. */
export type PlanReply<T> =
  | { readonly kind: 'planned'; readonly result: T }
  /** Other plans are being made, and enough requests wait already. */
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }
  /** It was stopped: its time or its memory was over. The message is a sentence without a full stop. */
  | { readonly kind: 'too-large'; readonly message: string }
  /** The client has gone. */
  | { readonly kind: 'aborted' };

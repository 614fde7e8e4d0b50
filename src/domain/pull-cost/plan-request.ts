import type { CountingModel } from './counting-model.ts';
import type { Plan } from './plan.ts';
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

/** A plan, and the names of files that hold nothing a plan is made of. */
export interface PlanAnswered {
  readonly plan: Plan;
  readonly unrecognised: readonly string[];
}

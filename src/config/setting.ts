import type { FlagName } from './flag-table.ts';
import type { Kind } from './kinds/kind.ts';

/** One key of the configuration: what it takes, what holds without it, and what else may set it. */
export interface Setting<T> {
  readonly kind: Kind<T & {}>;
  readonly fallback: T;
  /** The flag that stands for this key. */
  readonly flag?: FlagName;
  /** The environment variable that stands for this key. */
  readonly variable?: string;
}

/** The keys of one map of the configuration. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The value that a setting has once it is read. */
export type ValueOf<S> = S extends Setting<infer T> ? T : never;

interface OtherWays {
  readonly flag?: FlagName;
  readonly variable?: string;
}

/** A key with a default. */
export function setting<T extends {}>(kind: Kind<T>, fallback: T, otherWays: OtherWays = {}): Setting<T> {
  return { kind, fallback, ...otherWays };
}

/** A key that may be left out. */
export function optional<T extends {}>(kind: Kind<T>, otherWays: OtherWays = {}): Setting<T | undefined> {
  return { kind, fallback: undefined, ...otherWays };
}

import type { ScalarInput } from './input.ts';

/** Environment variables by name, as `process.env` gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What an environment variable says; undefined when it is not set, or empty: Compose and Helm set empty ones. */
export function environmentInput(env: Environment, variable: string): ScalarInput | undefined {
  const value = env[variable];
  if (value === undefined || value === '') return undefined;
  return { kind: 'scalar', place: { kind: 'environment', variable }, value };
}

import type { Secret } from '../kit/secret.ts';

/**
 * Gives the value of an `Authorization` header anew, or undefined where none is needed: files are read at each use, so
 * that a rotated token needs no restart. Rejects with an `Error` whose message names the place and holds no secret.
 */
export type ReadAuthorization = () => Promise<Secret | undefined>;

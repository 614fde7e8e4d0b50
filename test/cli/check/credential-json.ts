import type { Reading } from '../../../src/domain/reading.ts';
import { type CredentialJson, toCredentialJson } from '../../../src/web/api/credential-json.ts';
import { snapshotOf, stateAfter } from '../../web/states.ts';

/** A credential as the API returns it, after these readings. */
export function told(
  readings: readonly Reading[],
  { name = 'ci', hasLogin = false }: { name?: string; hasLogin?: boolean } = {},
): CredentialJson {
  return toCredentialJson(snapshotOf(stateAfter(name, readings, { hasLogin })), [name]);
}

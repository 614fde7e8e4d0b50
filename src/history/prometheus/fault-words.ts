import { describeNetworkTrouble } from '../../domain/network-trouble.ts';
import { QueryError } from './query-error.ts';

/**
 * Says why nobody answered.
 * @param peer who was asked: an URL without query
 */
export function toQueryError(error: unknown, peer: string, timeoutMs: number): QueryError {
  if (error instanceof QueryError) return error;
  return new QueryError(describeNetworkTrouble(error, peer, timeoutMs));
}

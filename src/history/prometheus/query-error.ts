/** A query that got no usable answer. The message is a clause for people: no secret, no query of a URL. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/** A simulator that cannot start, in words for people. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

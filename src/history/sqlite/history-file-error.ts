/** Why the history cannot be kept in its file: a person has to do something about it. */
export class HistoryFileError extends Error {
  override readonly name = 'HistoryFileError';
}

/** One measurement of each. */
export interface Turn<Measurement> {
  readonly ours: Measurement;
  readonly theirs: Measurement;
}

/**
 * Measures ours and theirs in turns, A B A B, so that a machine that is busy for a while slows down both.
 * One turn before them is thrown away: it warms both up.
 */
export async function takeTurns<Measurement>(
  count: number,
  ours: () => Promise<Measurement>,
  theirs: () => Promise<Measurement>,
): Promise<Turn<Measurement>[]> {
  await ours();
  await theirs();
  const turns: Turn<Measurement>[] = [];
  while (turns.length < count) turns.push({ ours: await ours(), theirs: await theirs() });
  return turns;
}

/** One number of each measurement. */
export function pick<Measurement>(
  turns: readonly Turn<Measurement>[],
  number: (measurement: Measurement) => number,
): Turn<number>[] {
  return turns.map(({ ours, theirs }) => ({ ours: number(ours), theirs: number(theirs) }));
}

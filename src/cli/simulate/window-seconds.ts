import { type Kind, scalarKind } from '../../config/kinds/kind.ts';
import { formatDuration, parseDuration } from '../../kit/duration.ts';

/** A window is a whole number of seconds (`w=3600` in Docker's headers); written as a duration, read as seconds. */
export const windowSeconds: Kind<number> = scalarKind({
  noun: 'the length of a window',
  allowed: 'a duration of whole seconds such as 90s, 10m, 1h or 6h',
  parse(value) {
    const seconds = secondsOf(String(value));
    return seconds !== undefined && seconds > 0 && Number.isInteger(seconds) ? seconds : undefined;
  },
  show: (seconds) => formatDuration(seconds * 1_000),
});

function secondsOf(text: string): number | undefined {
  try {
    return parseDuration(text) / 1_000;
  } catch {
    return undefined;
  }
}

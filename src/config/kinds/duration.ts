import { DURATION_FORM, formatDuration, parseDuration } from '../../kit/duration.ts';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** A duration between two bounds in milliseconds, both allowed; read as milliseconds. */
export function durationMs(minMs: number, maxMs: number): Kind<number> {
  return scalarKind({
    noun: 'a duration',
    allowed: `${DURATION_FORM}, from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`,
    parse(value, refuse) {
      // A bare 0 is the one number without a unit that says everything.
      const ms = value === 0 ? 0 : parsed(value);
      if (ms === undefined) return undefined;
      return ms >= minMs && ms <= maxMs ? ms : refuse('Out of range');
    },
    show: formatDuration,
  });
}

function parsed(value: string | number | boolean): number | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return parseDuration(value);
  } catch {
    return undefined;
  }
}

import type { SilenceRequest } from '../../domain/alerts/lifecycle/silence.ts';
import { parseDuration } from '../../kit/duration.ts';

/** The durations that the form for a silence offers. */
export const SILENCE_DURATIONS = [
  { value: '30m', words: '30 minutes', isUsual: false },
  { value: '1h', words: '1 hour', isUsual: false },
  { value: '4h', words: '4 hours', isUsual: true },
  { value: '12h', words: '12 hours', isUsual: false },
  { value: '1d', words: '1 day', isUsual: false },
  { value: '7d', words: '7 days', isUsual: false },
  { value: '30d', words: '30 days', isUsual: false },
] as const;

/** How long an acknowledgement lasts if its alerts do not end earlier. */
const ACKNOWLEDGEMENT_DURATION = '30d';
const KINDS: readonly unknown[] = ['silence', 'acknowledgement'];

/**
 * Reads the fields `kind`, `subject`, `rule`, `duration`, `author` and `comment` of a request for a silence or an
 * acknowledgement.
 * @param body the parsed body, of a form or of JSON
 * @throws RangeError if a field is not valid; the message is for the user
 */
export function readSilenceRequest(body: unknown): SilenceRequest {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  const kind = fields.kind ?? 'silence';
  if (!KINDS.includes(kind)) throw new RangeError('The kind is one of: silence, acknowledgement');
  const duration = textOf(fields, 'duration') || (kind === 'acknowledgement' ? ACKNOWLEDGEMENT_DURATION : '');
  return {
    kind: kind as SilenceRequest['kind'],
    subjectKey: textOf(fields, 'subject'),
    rule: textOf(fields, 'rule') || undefined,
    durationMs: readDuration(duration),
    author: textOf(fields, 'author'),
    comment: textOf(fields, 'comment'),
  };
}

function textOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new RangeError(`The field ${name} is not a text`);
  return value;
}

function readDuration(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    const given = JSON.stringify(text.slice(0, 64));
    throw new RangeError(`Not a duration: ${given}; allowed are durations such as 30m, 4h or 7d`);
  }
}

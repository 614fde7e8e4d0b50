import { expect, test } from 'vitest';
import { toEventText } from '../../../src/web/api/event-text.ts';

test('toEventText() writes an event whose data can neither end it nor begin another field', () => {
  const data = { detail: 'x\n\nevent: evil\r\ndata: y\u2028' };
  const text = toEventText({ id: 'run-1', event: 'result', data });
  const [id, event, json, ...rest] = text.split(/\r\n|\n|\r/);
  expect([id, event, rest]).toEqual(['id: run-1', 'event: result', ['', '']]);
  expect(JSON.parse(json?.replace('data: ', '') ?? '')).toEqual(data);
});

test('toEventText() leaves a client where it is when it names no place', () => {
  expect(toEventText({ event: 'reset', data: {} })).toBe('event: reset\ndata: {}\n\n');
});

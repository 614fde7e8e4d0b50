import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createGzip } from '../../src/metrics/gzip.ts';

const PREFIX = [Buffer.from('# first\n'.repeat(5_000)), Buffer.from('second\n')];

describe('createGzip()', () => {
  test.each([
    { prefix: PREFIX, rest: 'rest', why: 'a prefix and a rest' },
    { prefix: [], rest: 'rest', why: 'a rest alone' },
    { prefix: [Buffer.alloc(0)], rest: '', why: 'nothing' },
    { prefix: PREFIX, rest: '', why: 'a prefix alone' },
  ])('createGzip() compresses $why', async ({ prefix, rest }) => {
    const gzip = createGzip();
    const bytes = Buffer.concat(await gzip(prefix, Buffer.from(rest)));
    expect(gunzipSync(bytes).toString()).toBe(Buffer.concat(prefix).toString() + rest);
  });

  test('createGzip() writes one member, for readers that stop after the first', async () => {
    const bytes = Buffer.concat(await createGzip()(PREFIX, Buffer.from('rest')));
    const length = Buffer.concat(PREFIX).length + 'rest'.length;
    expect(bytes.readUInt32LE(bytes.length - 4)).toBe(length);
  });

  test('createGzip() compresses a prefix once, and only the new buffers of a new prefix', async () => {
    const gzip = createGzip();
    const [, first] = await gzip(PREFIX, Buffer.from('one'));
    const [, again] = await gzip(PREFIX, Buffer.from('two'));
    const [, shared, changed] = await gzip(
      [PREFIX[0] ?? Buffer.alloc(0), Buffer.from('new')],
      Buffer.from('three'),
    );

    expect(again).toBe(first);
    expect(shared).toBe(first);
    expect(changed).not.toBe(first);
  });

  test('createGzip() compresses a document once, until a part of it changes', async () => {
    const gzip = createGzip();
    const rest = Buffer.from('rest');
    const pieces = await gzip(PREFIX, rest);

    expect(await gzip(PREFIX, rest)).toBe(pieces);
    const changed = Buffer.concat(await gzip(PREFIX, Buffer.from('other')));
    expect(gunzipSync(changed).toString()).toBe(`${Buffer.concat(PREFIX)}other`);
    const shorter = Buffer.concat(await gzip([], rest));
    expect(gunzipSync(shorter).toString()).toBe('rest');
  });
});

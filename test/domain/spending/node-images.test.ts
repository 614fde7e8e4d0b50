import { describe, expect, test } from 'vitest';
import { createNodeImages } from '../../../src/domain/spending/node-images.ts';

const IMAGE = { key: 'docker.io/library/nginx:1', bytes: 9 };
const AT = Date.UTC(2026, 10, 29, 9);

describe('held()', () => {
  // When the status of the node with the image was read, in milliseconds after the start; whether the pull waited.
  test.each([
    [-5_000, false, 'held'],
    [2_000, false, 'unknown'],
    // It may have waited for another image, or a busy kubelet measured a few milliseconds.
    [2_000, true, 'unknown'],
  ] as const)(
    'with a status read %d ms after the start of a pull that waited (%j): %s',
    (readAfterMs, hasWaited, held) => {
      const images = createNodeImages();
      images.list('n', { images: [IMAGE], isComplete: true, at: AT + readAfterMs });
      expect(images.held('n', IMAGE, { at: AT, order: 5, hasWaited })).toBe(held);
    },
  );

  test('after a pull of the same image that it waited for: held', () => {
    const images = createNodeImages();
    images.hold('n', IMAGE, { at: AT, order: 7 });
    expect(images.held('n', IMAGE, { at: AT, order: 5, hasWaited: true })).toBe('held');
    expect(images.held('n', IMAGE, { at: AT, order: 5, hasWaited: false })).toBe('unknown');
  });
});

import { describe, expect, test } from 'vitest';
import type { CredentialSnapshot, Outlook } from '../../src/domain/credential-snapshot.ts';
import type { CredentialState } from '../../src/domain/credential-state.ts';
import { type CredentialSection, createSectionWriter } from '../../src/metrics/credential-section.ts';
import type { FamilyDefinition } from '../../src/metrics/family.ts';
import { foreseen } from '../domain/forecasts.ts';
import { INTERVAL_MS, metered, NOW, stateAfter, unmetered } from './states.ts';

/** Creates two families that record the credentials whose samples are made. */
function createWriter() {
  const made: string[] = [];
  const definitions: FamilyDefinition<CredentialSnapshot>[] = [
    {
      name: 'left',
      type: 'gauge',
      help: 'Left.',
      labels: ['credential'],
      samples: ({ name, limited }) => {
        made.push(name);
        return limited ? [{ labels: { credential: name }, value: limited.remaining }] : [];
      },
    },
    {
      name: 'most',
      type: 'gauge',
      help: 'Most.',
      labels: ['credential'],
      samples: ({ name, limited }) =>
        limited ? [{ labels: { credential: name }, value: limited.limit }] : [],
    },
  ];
  const writer = createSectionWriter(definitions);
  const world = { outlook: undefined as Outlook | undefined };
  const write = (states: readonly CredentialState[], now: number) =>
    writer(states, (name) => (name === 'a' ? world.outlook : undefined), now);
  return { made, world, write };
}

function textOf(section: CredentialSection): string {
  return Buffer.concat(section.in('text')).toString();
}

function limited(name: string, remaining: number, limit = 100): CredentialState {
  return stateAfter(name, [metered(limit, remaining, 3_600)], { lastAt: NOW });
}

describe('createSectionWriter()', () => {
  test('createSectionWriter() writes the samples of a family together, in the order of the states', () => {
    const { write } = createWriter();
    expect(textOf(write([limited('b', 1), limited('a', 2)], NOW))).toBe(
      '# HELP left Left.\n# TYPE left gauge\nleft{credential="b"} 1\nleft{credential="a"} 2\n' +
        '# HELP most Most.\n# TYPE most gauge\nmost{credential="b"} 100\nmost{credential="a"} 100\n',
    );
  });

  test('createSectionWriter() omits a family without samples', () => {
    const { write } = createWriter();
    expect(textOf(write([stateAfter('a', [unmetered()])], NOW))).toBe('');
    expect(textOf(write([], NOW))).toBe('');
  });

  test('createSectionWriter() formats only changed credentials', () => {
    const { made, write } = createWriter();
    const [a, b] = [limited('a', 1), limited('b', 2)];
    write([a, b], NOW);
    const section = write([limited('a', 0), b], NOW + 1);

    expect(made).toEqual(['a', 'b', 'a']);
    expect(textOf(section)).toContain('left{credential="a"} 0\nleft{credential="b"} 2\n');
  });

  test('createSectionWriter() formats a credential again when its outlook is replaced', () => {
    const { made, world, write } = createWriter();
    const states = [limited('a', 1), limited('b', 2)];
    write(states, NOW);
    world.outlook = { forecast: foreseen(NOW), pool: undefined };
    write(states, NOW);
    write(states, NOW);

    expect(made).toEqual(['a', 'b', 'a']);
  });

  test('createSectionWriter() reuses the bytes of an unchanged family', () => {
    const many = Array.from({ length: 3_000 }, (_, i) => limited(`credential-${i}`, 50));
    const { write } = createWriter();
    const [, left, , most] = write(many, NOW).in('text');
    const [, leftAfter, , mostAfter] = write([limited('credential-0', 49), ...many.slice(1)], NOW).in('text');
    const [, , , mostInOpenMetrics] = write(many, NOW).in('openmetrics');

    expect(leftAfter).not.toBe(left);
    expect(mostAfter).toBe(most);
    expect(mostInOpenMetrics).toBe(most);
  });

  test.each([
    { change: 'moves', states: () => [limited('b', 2), limited('a', 1)] },
    { change: 'goes', states: () => [limited('a', 1)] },
    { change: 'comes', states: () => [limited('a', 1), limited('b', 2), limited('c', 3)] },
  ])('createSectionWriter() notices when a credential $change', ({ states }) => {
    const { write } = createWriter();
    write([limited('a', 1), limited('b', 2)], NOW);
    expect(textOf(write(states(), NOW))).toBe(textOf(createWriter().write(states(), NOW)));
  });

  test('createSectionWriter() returns a section that holds until the first value expires', () => {
    const { write } = createWriter();
    const early = stateAfter('early', [metered(100, 1, 3_600)], { lastAt: NOW - 1_000 });
    const section = write([limited('late', 2), early], NOW);
    const expiresAt = NOW - 1_000 + 3 * INTERVAL_MS;

    expect(section.holdsAt(NOW)).toBe(true);
    expect(section.holdsAt(expiresAt - 1)).toBe(true);
    expect(section.holdsAt(expiresAt)).toBe(false);
    expect(section.holdsAt(NOW - 1)).toBe(false);
  });

  test('createSectionWriter() formats one credential again when its value has expired', () => {
    const { made, write } = createWriter();
    const early = stateAfter('early', [metered(100, 1, 3_600)], { lastAt: NOW - 1_000 });
    const states = [limited('late', 2), early];
    write(states, NOW);

    const section = write(states, NOW - 1_000 + 3 * INTERVAL_MS);

    expect(made).toEqual(['late', 'early', 'early']);
    expect(textOf(section)).not.toContain('"early"');
    expect(textOf(section)).toContain('left{credential="late"} 2\n');
  });
});

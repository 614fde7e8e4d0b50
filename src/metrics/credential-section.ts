import {
  brokenSnapshot,
  type CredentialSnapshot,
  type Outlook,
  snapshotExpiresAt,
  takeContainedSnapshot,
} from '../domain/credential-snapshot.ts';
import type { CredentialState } from '../domain/credential-state.ts';
import { type Containment, UNREPORTED } from '../kit/contain.ts';
import { type ExpositionFormat, formatHeader, formatSamples } from './exposition-format.ts';
import type { FamilyDefinition } from './family.ts';

/** The part of the exposition that speaks of credentials, at one moment. */
export interface CredentialSection {
  /** The section as bytes, to be sent one after the other: the same array each time. */
  in(format: ExpositionFormat): readonly Buffer[];
  /** Whether it still says the truth at `now`, if no state and no outlook has changed. */
  holdsAt(now: number): boolean;
}

/** What is to be expected of the bucket of a credential, by its name. */
export type OutlookOf = (name: string) => Outlook | undefined;

/** Makes the section of these states at `now`, in milliseconds since the epoch. */
export type WriteSection = (
  states: readonly CredentialState[],
  outlookOf: OutlookOf,
  now: number,
) => CredentialSection;

/** From when until when something is true, in milliseconds since the epoch, the end excluded. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** The sample lines of one credential, family by family, and how long they are true by themselves. */
interface Row extends Span {
  readonly outlook: Outlook | undefined;
  readonly lines: readonly string[];
}

/** All rows, and the bytes of each family through all of them. */
interface Table {
  readonly rows: readonly Row[];
  readonly columns: readonly Buffer[];
}

/** Up to which size a section is sent in one piece, in bytes (64 KiB): copying that is cheaper than many writes. */
const ONE_PIECE_BYTES = 65_536;

/**
 * Makes sections out of states, and of ten thousand credentials only those cost work that have news. States and
 * outlooks never change, only their places are taken by newer ones: so the lines of each state are kept beside it until
 * its value expires or another outlook comes.
 * The bytes of a family are kept as long as none of its lines is another; most families rarely change.
 */
export function createSectionWriter(
  definitions: readonly FamilyDefinition<CredentialSnapshot>[],
  contain: Containment = UNREPORTED,
): WriteSection {
  const kept = new WeakMap<CredentialState, Row>();
  let table: Table = { rows: [], columns: definitions.map(() => Buffer.alloc(0)) };

  function rowOf(state: CredentialState, outlook: Outlook | undefined, now: number): Row {
    const old = kept.get(state);
    if (old && old.outlook === outlook && spans(old, now)) return old;
    const row = writeRow(definitions, state, outlook, now, contain);
    kept.set(state, row);
    return row;
  }

  return (states, outlookOf, now) => {
    const rows = states.map((state) => rowOf(state, outlookOf(state.identity.name), now));
    const columns = table.columns.map((old, i) =>
      isSameColumn(table.rows, rows, i) ? old : writeColumn(rows, i),
    );
    table = { rows, columns };
    const span = {
      from: now,
      until: rows.reduce((earliest, { until }) => Math.min(earliest, until), Infinity),
    };
    const pieces = new Map<ExpositionFormat, readonly Buffer[]>();
    return {
      in(format) {
        const made = pieces.get(format) ?? joinColumns(definitions, columns, format);
        pieces.set(format, made);
        return made;
      },
      holdsAt: (moment) => spans(span, moment),
    };
  };
}

function writeRow(
  definitions: readonly FamilyDefinition<CredentialSnapshot>[],
  state: CredentialState,
  outlook: Outlook | undefined,
  now: number,
  contain: Containment,
): Row {
  const linesOf = (view: CredentialSnapshot) =>
    definitions.map(({ name, samples }) => formatSamples(name, samples(view)));
  const said = contain.one(
    'metrics',
    state.identity.name,
    () => ({
      lines: linesOf(takeContainedSnapshot(state, outlook, now, contain)),
      until: snapshotExpiresAt(state, now) ?? Infinity,
    }),
    (error) => ({ lines: linesOf(brokenSnapshot(state, error, now)), until: Infinity }),
  );
  return { outlook, from: now, ...said };
}

function isSameColumn(before: readonly Row[], after: readonly Row[], column: number): boolean {
  return (
    before.length === after.length && after.every((row, i) => row.lines[column] === before[i]?.lines[column])
  );
}

function writeColumn(rows: readonly Row[], column: number): Buffer {
  return Buffer.from(rows.map(({ lines }) => lines[column]).join(''));
}

/** Samples of a family stand together, under its header; a family without samples is not mentioned. */
function joinColumns(
  definitions: readonly FamilyDefinition<CredentialSnapshot>[],
  columns: readonly Buffer[],
  format: ExpositionFormat,
): readonly Buffer[] {
  const pieces = definitions.flatMap((definition, i) => {
    const column = columns[i];
    return column?.length ? [Buffer.from(formatHeader(definition, format)), column] : [];
  });
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return size <= ONE_PIECE_BYTES ? [Buffer.concat(pieces)] : pieces;
}

/** A clock that has been set back ends a span too: what had expired may be true again. */
function spans({ from, until }: Span, moment: number): boolean {
  return from <= moment && moment < until;
}

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
import { collectFamilies, type Family, type FamilyDefinition } from './family.ts';

/** Contains the part of the exposition that describes the credentials, at one instant. */
export interface CredentialSection {
  /** Returns the bytes of the section, to be sent in this order. Returns the same array for each call with one format. */
  in(format: ExpositionFormat): readonly Buffer[];
  /** Reports whether the section is still valid at `now`, in milliseconds since the epoch, if no state or outlook has changed. */
  holdsAt(now: number): boolean;
}

/** Returns the outlook of a credential's bucket, by the name of the credential; undefined if there is none. */
export type OutlookOf = (name: string) => Outlook | undefined;

/** Writes the section of these states at `now`, in milliseconds since the epoch. */
export type WriteSection = (
  states: readonly CredentialState[],
  outlookOf: OutlookOf,
  now: number,
) => CredentialSection;

/** A time range in milliseconds since the epoch, the end excluded. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** Contains the sample lines of one credential, one text for each family, and the time range in which they are valid. */
interface Row extends Span {
  readonly outlook: Outlook | undefined;
  readonly lines: readonly string[];
}

/** Contains the rows of all credentials, and the bytes of each family over all rows. */
interface Table {
  readonly rows: readonly Row[];
  readonly columns: readonly Buffer[];
}

/** Up to which size a section is joined into one buffer, in bytes (64 KiB). Copying it is faster than many writes. */
const ONE_PIECE_BYTES = 65_536;

/**
 * Creates a writer of sections that formats only the credentials that have changed. States and outlooks are immutable and
 * replaced by new objects. Therefore the lines of each state are cached until its value expires or its outlook is replaced.
 * The bytes of a family are reused while none of its lines changes; most families rarely change.
 * @param definitions the families, in the order of the section
 * @param contain replaces a credential that cannot be formatted by a broken one. Default: without a report.
 */
export function createSectionWriter(
  definitions: readonly FamilyDefinition<CredentialSnapshot>[],
  contain: Containment = UNREPORTED,
): WriteSection {
  const cached = new WeakMap<CredentialState, Row>();
  let table: Table = { rows: [], columns: definitions.map(() => Buffer.alloc(0)) };

  function rowOf(state: CredentialState, outlook: Outlook | undefined, now: number): Row {
    const old = cached.get(state);
    if (old && old.outlook === outlook && spans(old, now)) return old;
    const row = writeRow(definitions, state, outlook, now, contain);
    cached.set(state, row);
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
  const linesOf = (snapshot: CredentialSnapshot) =>
    definitions.map(({ name, samples }) => formatSamples(name, samples(snapshot)));
  const written = contain.one(
    'metrics',
    state.identity.name,
    () => ({
      lines: linesOf(takeContainedSnapshot(state, outlook, now, contain)),
      until: snapshotExpiresAt(state, now) ?? Infinity,
    }),
    (error) => ({ lines: linesOf(brokenSnapshot(state, error, now)), until: Infinity }),
  );
  return { outlook, from: now, ...written };
}

function isSameColumn(before: readonly Row[], after: readonly Row[], column: number): boolean {
  return (
    before.length === after.length && after.every((row, i) => row.lines[column] === before[i]?.lines[column])
  );
}

function writeColumn(rows: readonly Row[], column: number): Buffer {
  return Buffer.from(rows.map(({ lines }) => lines[column]).join(''));
}

/** Joins the columns. The samples of a family follow its header; a family without samples is omitted. */
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

/** Returns the families of all credentials with their samples. Parameters as of the section. */
export function collectCredentialFamilies(
  definitions: readonly FamilyDefinition<CredentialSnapshot>[],
  states: readonly CredentialState[],
  outlookOf: OutlookOf,
  now: number,
  contain: Containment = UNREPORTED,
): readonly Family[] {
  const rows = states.map((state) => {
    const outlook = outlookOf(state.identity.name);
    const collect = (snapshot: CredentialSnapshot) => collectFamilies(definitions, snapshot);
    return contain.one(
      'metrics',
      state.identity.name,
      () => collect(takeContainedSnapshot(state, outlook, now, contain)),
      (error) => collect(brokenSnapshot(state, error, now)),
    );
  });
  return definitions.map((definition, i) => ({
    ...definition,
    samples: rows.flatMap((families) => families[i]?.samples ?? []),
  }));
}

/** Reports whether an instant lies in a span. An instant before the span does not, since the clock was set back. */
function spans({ from, until }: Span, moment: number): boolean {
  return from <= moment && moment < until;
}

import type { SqlDatabase } from '../sql-database.ts';

/** Identifies a credential: its name, and the fingerprint of its login, route, image and hub. */
export interface CredentialKey {
  readonly name: string;
  readonly fingerprint: string;
}

/** A credential with a stored history, configured or not. */
export interface StoredCredential extends CredentialKey {
  readonly id: number;
  /** The instant up to which its samples are rolled up, in milliseconds since the epoch; the start of an hour. */
  readonly rolledUntil: number;
}

/** The credentials that have a stored history. */
export interface CredentialTable {
  /** Returns a credential; undefined if it is not stored. */
  find(key: CredentialKey): StoredCredential | undefined;
  /**
   * Returns the id of a credential; inserts it if it is new.
   * @param firstHourAt `rolledUntil` of a new credential, in milliseconds since the epoch
   */
  idOf(key: CredentialKey, firstHourAt: number): number;
  /** Returns all stored credentials. */
  all(): readonly StoredCredential[];
  /** Returns the state that `saveState()` wrote last; undefined without one. */
  state(key: CredentialKey): string | undefined;
  /** Writes the serialized state of a credential. */
  saveState(id: number, state: string): void;
  /** Writes the instant up to which samples are rolled up, in milliseconds since the epoch. */
  setRolledUntil(id: number, rolledUntil: number): void;
  /** Removes a credential that has no samples and rollups any more. */
  remove(id: number): void;
  /** Discards the changes of a transaction that was rolled back from memory. */
  rollBack(): void;
  /** Applies the changes of a committed transaction to memory. */
  commit(): void;
}

/** Opens the table `credential`; caches all columns but the states in memory. */
export function openCredentialTable(database: SqlDatabase): CredentialTable {
  const insert = database.prepare(
    'INSERT INTO credential (id, name, fingerprint, rolled_until) VALUES (?, ?, ?, ?)',
  );
  const select = database.prepare('SELECT id, name, fingerprint, rolled_until FROM credential');
  const readState = database.prepare('SELECT state FROM credential WHERE name = ? AND fingerprint = ?');
  const writeState = database.prepare('UPDATE credential SET state = ? WHERE id = ?');
  const writeRolled = database.prepare('UPDATE credential SET rolled_until = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM credential WHERE id = ?');
  const committed = new Map<string, StoredCredential>();
  /** The keys of all rows since the file was opened, by id: the first round of 1,000 credentials searched all rows for each. */
  const keys = new Map<number, string>();
  for (const [id, name, fingerprint, rolledUntil] of select.rows()) {
    const key = { name: String(name), fingerprint: String(fingerprint) };
    committed.set(keyOf(key), { ...key, id: Number(id), rolledUntil: Number(rolledUntil) });
    keys.set(Number(id), keyOf(key));
  }
  let nextId = [...keys.keys()].reduce((max, id) => Math.max(max, id), 0) + 1;
  /** The changes of the current transaction; undefined for a removed credential. */
  let changed = new Map<string, StoredCredential | undefined>();

  function find(key: string): StoredCredential | undefined {
    return changed.has(key) ? changed.get(key) : committed.get(key);
  }

  function all(): StoredCredential[] {
    return [...new Set([...committed.keys(), ...changed.keys()])].flatMap((key) => find(key) ?? []);
  }

  function byId(id: number): StoredCredential | undefined {
    const key = keys.get(id);
    const found = key === undefined ? undefined : find(key);
    return found?.id === id ? found : undefined;
  }

  return {
    find: (key) => find(keyOf(key)),
    idOf({ name, fingerprint }, firstHourAt) {
      const key = keyOf({ name, fingerprint });
      const known = find(key);
      if (known) return known.id;
      const id = nextId;
      insert.run(id, name, fingerprint, firstHourAt);
      nextId += 1;
      keys.set(id, key);
      changed.set(key, { id, name, fingerprint, rolledUntil: firstHourAt });
      return id;
    },
    all,
    state: ({ name, fingerprint }) =>
      (readState.rows(name, fingerprint)[0]?.[0] as string | null) ?? undefined,
    saveState: (id, state) => writeState.run(state, id),
    setRolledUntil(id, rolledUntil) {
      writeRolled.run(rolledUntil, id);
      const known = byId(id);
      if (known) changed.set(keyOf(known), { ...known, rolledUntil });
    },
    remove(id) {
      remove.run(id);
      const known = byId(id);
      if (known) changed.set(keyOf(known), undefined);
    },
    rollBack() {
      changed = new Map();
    },
    commit() {
      if (changed.size === 0) return;
      for (const [key, credential] of changed) {
        if (credential) committed.set(key, credential);
        else committed.delete(key);
      }
      changed = new Map();
    },
  };
}

function keyOf({ name, fingerprint }: CredentialKey): string {
  return JSON.stringify([name, fingerprint]);
}

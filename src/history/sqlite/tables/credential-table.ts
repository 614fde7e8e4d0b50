import type { SqlDatabase } from '../sql-database.ts';

/** What makes a credential the same one: its name and its fingerprint. */
export interface CredentialKey {
  readonly name: string;
  readonly fingerprint: string;
}

/** A credential with a history, configured or not. */
export interface StoredCredential extends CredentialKey {
  readonly id: number;
  /** Up to when its samples are rolled up, in milliseconds since the epoch; the start of an hour. */
  readonly rolledUntil: number;
}

/** The credentials that have a history. */
export interface CredentialTable {
  find(key: CredentialKey): StoredCredential | undefined;
  /** Its number; it is written if it is new. */
  idOf(key: CredentialKey, firstHourAt: number): number;
  all(): readonly StoredCredential[];
  /** What `saveState` wrote last. */
  state(key: CredentialKey): string | undefined;
  saveState(id: number, state: string): void;
  setRolledUntil(id: number, rolledUntil: number): void;
  /** Removes one of which nothing is left but its name. */
  remove(id: number): void;
  /** Forgets what a transaction wrote that was not committed. */
  rollBack(): void;
  /** Keeps it. */
  commit(): void;
}

/** Opens the table `credential`; all of it but the states is kept in memory. */
export function openCredentialTable(database: SqlDatabase): CredentialTable {
  const insert = database.prepare(
    'INSERT INTO credential (id, name, fingerprint, rolled_until) VALUES (?, ?, ?, ?)',
  );
  const select = database.prepare('SELECT id, name, fingerprint, rolled_until FROM credential');
  const readState = database.prepare('SELECT state FROM credential WHERE name = ? AND fingerprint = ?');
  const writeState = database.prepare('UPDATE credential SET state = ? WHERE id = ?');
  const writeRolled = database.prepare('UPDATE credential SET rolled_until = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM credential WHERE id = ?');
  const settled = new Map<string, StoredCredential>();
  for (const [id, name, fingerprint, rolledUntil] of select.rows()) {
    const key = { name: String(name), fingerprint: String(fingerprint) };
    settled.set(keyOf(key), { ...key, id: Number(id), rolledUntil: Number(rolledUntil) });
  }
  /** What the transaction under way has changed; undefined is removed. */
  let changed = new Map<string, StoredCredential | undefined>();

  function find(key: string): StoredCredential | undefined {
    return changed.has(key) ? changed.get(key) : settled.get(key);
  }

  function all(): StoredCredential[] {
    return [...new Set([...settled.keys(), ...changed.keys()])].flatMap((key) => find(key) ?? []);
  }

  function byId(id: number): StoredCredential | undefined {
    return all().find((credential) => credential.id === id);
  }

  return {
    find: (key) => find(keyOf(key)),
    idOf({ name, fingerprint }, firstHourAt) {
      const key = keyOf({ name, fingerprint });
      const known = find(key);
      if (known) return known.id;
      const id = all().reduce((max, credential) => Math.max(max, credential.id), 0) + 1;
      insert.run(id, name, fingerprint, firstHourAt);
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
        if (credential) settled.set(key, credential);
        else settled.delete(key);
      }
      changed = new Map();
    },
  };
}

function keyOf({ name, fingerprint }: CredentialKey): string {
  return JSON.stringify([name, fingerprint]);
}

import type { AlertChanges, AlertDocument } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { HistoryFile } from './history-file.ts';
import type { AlertDocumentKey, StoredAlertDocument } from './tables/document-tables.ts';
import { ALERT_EVENT, type StoredEvent } from './tables/event-table.ts';

/** The persistent data of alerting in memory, with the changes that are not yet written to the file. */
export interface AlertCache {
  /**
   * Loads the documents of an earlier process. Documents that are already known, or were removed meanwhile, are not changed.
   * If `documents()` has been called before, the listener receives the loaded ones.
   */
  load(file: HistoryFile): void;
  /**
   * Returns all documents.
   * @param onBroken called with the key of each document that is not valid JSON and is omitted; also by `load()`
   */
  documents(onBroken: (key: string, error: unknown) => void): AlertDocument[];
  /** Sets the only listener of `load()`. */
  onRecall(listener: RecallListener): void;
  /**
   * Adds changes; `write()` writes them.
   * @throws TypeError if a value cannot be converted to JSON; then nothing has changed
   */
  add(changes: AlertChanges): void;
  /**
   * Writes all changes in one transaction that survives a loss of power.
   * @throws the database's error; then all changes remain unwritten
   */
  write(file: HistoryFile): void;
  /** Marks all documents as unwritten, for a new file. */
  markAllUnwritten(): void;
  /** Returns the unwritten events, oldest first. */
  unwrittenEvents(): readonly StoredEvent[];
}

/** Receives documents of an earlier process that were loaded later. */
export type RecallListener = (documents: readonly AlertDocument[]) => void;

/** The maximum number of unwritten events, some 3 KB each. The oldest are dropped first. */
const MAX_UNWRITTEN_EVENTS = 2_000;

/** Creates an empty cache. */
export function createAlertCache(maxUnwrittenEvents = MAX_UNWRITTEN_EVENTS): AlertCache {
  return new AlertDocumentCache(maxUnwrittenEvents);
}

class AlertDocumentCache implements AlertCache {
  readonly #maxUnwrittenEvents: number;
  readonly #documents = new Map<string, StoredAlertDocument>();
  /** Documents that differ from the file, changed or removed. */
  #changed = new Map<string, AlertDocumentKey>();
  #events: StoredEvent[] = [];
  #isAnotherFile = false;
  #isHandedOut = false;
  #onRestored: RecallListener = () => undefined;
  #onBroken: (key: string, error: unknown) => void = () => undefined;

  constructor(maxUnwrittenEvents: number) {
    this.#maxUnwrittenEvents = maxUnwrittenEvents;
  }

  load(file: HistoryFile): void {
    const isNews = (document: StoredAlertDocument) => {
      const key = keyOf(document);
      return !this.#documents.has(key) && !this.#changed.has(key);
    };
    const news = file.alerts.all().filter(isNews);
    for (const document of news) this.#documents.set(keyOf(document), document);
    if (this.#isHandedOut && news.length > 0) this.#onRestored(this.#parse(news));
  }

  documents(onBroken: (key: string, error: unknown) => void): AlertDocument[] {
    this.#onBroken = onBroken;
    this.#isHandedOut = true;
    return this.#parse([...this.#documents.values()]);
  }

  onRecall(listener: RecallListener): void {
    this.#onRestored = listener;
  }

  add({ put, remove, events }: AlertChanges): void {
    const documents = put.map(({ kind, key, value }) => ({ kind, key, text: toText(value) }));
    const added = events.map((event) => ({
      at: Math.round(event.at),
      kind: ALERT_EVENT,
      detail: toText(event),
    }));
    for (const document of documents) {
      this.#documents.set(keyOf(document), document);
      this.#changed.set(keyOf(document), document);
    }
    for (const document of remove) {
      this.#documents.delete(keyOf(document));
      this.#changed.set(keyOf(document), document);
    }
    this.#events = [...this.#events, ...added].slice(-this.#maxUnwrittenEvents);
  }

  write(file: HistoryFile): void {
    if (!this.#isAnotherFile && this.#changed.size + this.#events.length === 0) return;
    file.durableTransaction(() => {
      if (this.#isAnotherFile) file.alerts.clear();
      const waiting: ReadonlyMap<string, AlertDocumentKey> = this.#isAnotherFile
        ? this.#documents
        : this.#changed;
      for (const [key, changed] of waiting) {
        const document = this.#documents.get(key);
        if (document) file.alerts.put(document);
        else file.alerts.remove(changed);
      }
      for (const event of this.#events) file.events.add(null, event);
    });
    this.#changed.clear();
    this.#events = [];
    this.#isAnotherFile = false;
  }

  markAllUnwritten(): void {
    this.#isAnotherFile = true;
  }

  unwrittenEvents(): readonly StoredEvent[] {
    return this.#events;
  }

  #parse(documents: readonly StoredAlertDocument[]): AlertDocument[] {
    return documents.flatMap(({ kind, key, text }) => {
      try {
        return { kind, key, value: JSON.parse(text) as unknown };
      } catch (error) {
        this.#onBroken(`${kind} ${key}`, error);
        return [];
      }
    });
  }
}

function keyOf({ kind, key }: AlertDocumentKey): string {
  return `${kind} ${key}`;
}

function toText(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`The value cannot be converted to JSON: ${typeof value}`);
  return text;
}

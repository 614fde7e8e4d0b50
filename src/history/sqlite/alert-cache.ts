import type { AlertChanges, AlertDocument } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { HistoryFile } from './history-file.ts';
import type { AlertDocumentKey, StoredAlertDocument } from './tables/document-tables.ts';
import { ALERT_EVENT, type StoredEvent } from './tables/event-table.ts';

/** What alerting must not forget, in memory, with what of it the file does not hold yet. */
export interface AlertCache {
  /**
   * Takes over what the file holds of an earlier process. What is known already, or was removed meanwhile, stays as it is.
   * When `documents` has been called before, the listener is called with what was taken over.
   */
  load(file: HistoryFile): void;
  /** @param onBroken called with the key of each document whose value is no JSON, which is left out; also by `join` */
  documents(onBroken: (key: string, error: unknown) => void): AlertDocument[];
  /** Sets the listener of `join`; there is one. */
  onRecall(listener: RecallListener): void;
  /**
   * Takes changes; `write` writes them.
   * @throws TypeError when JSON cannot say a value; then nothing has changed
   */
  add(changes: AlertChanges): void;
  /**
   * Writes what is waiting in one transaction that outlasts a loss of power.
   * @throws the database's error, and then all of it still waits
   */
  write(file: HistoryFile): void;
  /** The file is another one, which holds nothing of this: all documents wait again. */
  markAllUnwritten(): void;
  /** Events that wait, oldest first. */
  unwrittenEvents(): readonly StoredEvent[];
}

/** Takes documents of an earlier process that could be read only later. */
export type RecallListener = (documents: readonly AlertDocument[]) => void;

/** How many events wait at most, some 3 KB each. The oldest are given up first. */
const MAX_UNWRITTEN_EVENTS = 2_000;

/** An empty book. */
export function createAlertCache(mostWaitingEvents = MAX_UNWRITTEN_EVENTS): AlertCache {
  return new Book(mostWaitingEvents);
}

class Book implements AlertCache {
  readonly #mostWaitingEvents: number;
  readonly #documents = new Map<string, StoredAlertDocument>();
  /** Documents that differ from the file, there or gone. */
  #changed = new Map<string, AlertDocumentKey>();
  #events: StoredEvent[] = [];
  #isAnotherFile = false;
  #isHandedOut = false;
  #recall: RecallListener = () => undefined;
  #onBroken: (key: string, error: unknown) => void = () => undefined;

  constructor(mostWaitingEvents: number) {
    this.#mostWaitingEvents = mostWaitingEvents;
  }

  load(file: HistoryFile): void {
    const isNews = (document: StoredAlertDocument) => {
      const key = keyOf(document);
      return !this.#documents.has(key) && !this.#changed.has(key);
    };
    const news = file.alerts.all().filter(isNews);
    for (const document of news) this.#documents.set(keyOf(document), document);
    if (this.#isHandedOut && news.length > 0) this.#recall(this.#parse(news));
  }

  documents(onBroken: (key: string, error: unknown) => void): AlertDocument[] {
    this.#onBroken = onBroken;
    this.#isHandedOut = true;
    return this.#parse([...this.#documents.values()]);
  }

  onRecall(listener: RecallListener): void {
    this.#recall = listener;
  }

  add({ put, remove, events }: AlertChanges): void {
    const documents = put.map(({ kind, key, value }) => ({ kind, key, text: toText(value) }));
    const told = events.map((event) => ({
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
    this.#events = [...this.#events, ...told].slice(-this.#mostWaitingEvents);
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
  if (text === undefined) throw new TypeError(`JSON cannot say this value: ${typeof value}`);
  return text;
}

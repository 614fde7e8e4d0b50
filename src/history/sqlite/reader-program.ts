/** The program of the reader thread: answers queries, one after the other, from a history file opened read-only. */
import { parentPort, workerData } from 'node:worker_threads';
import { openPastTables } from './history-file.ts';
import { answerQuery } from './past-queries.ts';
import type { ReaderAnswer, ReaderRequest } from './reader-thread.ts';
import { openSqlDatabase } from './sql-database.ts';

const database = openSqlDatabase(String(workerData), 'read');
// The writer locks the file only for milliseconds.
database.exec('PRAGMA busy_timeout = 2000');
const tables = openPastTables(database);

parentPort?.on('message', (request: ReaderRequest) => parentPort?.postMessage(answer(request)));

function answer({ id, query }: ReaderRequest): ReaderAnswer {
  try {
    return { id, answer: answerQuery(tables, query) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const rawCode = error instanceof Error && 'rawCode' in error ? error.rawCode : undefined;
    return { id, failure: { name, message, rawCode } };
  }
}

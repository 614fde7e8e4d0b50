/** Runs in a thread: answers questions about the past, one after the other, from a history file that it only reads. */
import { parentPort, workerData } from 'node:worker_threads';
import { openPastTables } from './history-file.ts';
import { answerQuery } from './past-queries.ts';
import type { ReaderAnswer, ReaderRequest } from './reader-thread.ts';
import { openSqlDatabase } from './sql-database.ts';

const database = openSqlDatabase(String(workerData), 'read');
// The writer locks the file for moments only.
database.exec('PRAGMA busy_timeout = 2000');
const tables = openPastTables(database);

parentPort?.on('message', (request: ReaderRequest) => parentPort?.postMessage(answer(request)));

function answer({ id, query: question }: ReaderRequest): ReaderAnswer {
  try {
    return { id, answer: answerQuery(tables, question) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const rawCode = error instanceof Error && 'rawCode' in error ? error.rawCode : undefined;
    return { id, failure: { name, message, rawCode } };
  }
}

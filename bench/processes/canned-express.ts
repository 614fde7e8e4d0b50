/**
 * Yardstick for pages and live events: Express, which sends the answer it was given, and at `/api/v1/events` the same short
 * event to every listener.
 */
import { createServer } from 'node:http';
import { performance } from 'node:perf_hooks';
import express, { type Response } from 'express';
import type { CannedAnswer } from './canned-answer.ts';
import { listenAndReport } from './listen-and-report.ts';

let answer: CannedAnswer = { headers: [], body: new Uint8Array() };
const clients = new Set<Response>();

process.on('message', (question: CannedAnswer | 'tell' | 'memory') => {
  if (question === 'memory') {
    globalThis.gc?.();
    process.send?.(process.memoryUsage.rss());
    return;
  }
  if (question === 'tell') {
    const detail = String(performance.timeOrigin + performance.now());
    const text = `event: result\ndata: ${JSON.stringify({ detail })}\n\n`;
    for (const client of clients) client.write(text);
  } else answer = { ...question, body: Buffer.from(question.body) };
  process.send?.({});
});

const application = express();
application.get('/api/v1/events', (_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.flushHeaders();
  clients.add(response);
  response.on('close', () => clients.delete(response));
});
application.use((_, response) => {
  response.writeHead(200, [...answer.headers]);
  response.end(answer.body);
});
listenAndReport(createServer(application));

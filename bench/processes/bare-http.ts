/** Yardstick for the web and the simulator: Node's own server, which sends the answer it was given and nothing else. */
import { createServer } from 'node:http';
import type { CannedAnswer } from './canned-answer.ts';
import { listenAndReport } from './listen-and-report.ts';

let answer: CannedAnswer = { headers: [], body: new Uint8Array() };
process.on('message', (message: CannedAnswer) => {
  answer = { ...message, body: Buffer.from(message.body) };
  process.send?.({});
});

listenAndReport(
  createServer((request, response) => {
    response.writeHead(200, [...answer.headers]);
    if (request.method === 'HEAD') response.end();
    else response.end(answer.body);
  }),
);

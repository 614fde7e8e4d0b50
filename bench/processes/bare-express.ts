/** Yardstick for memory and start: what Express costs when it does next to nothing. `/rss` is its memory in bytes. */
import { createServer } from 'node:http';
import express from 'express';
import { listenAndReport } from './listen-and-report.ts';

const application = express();
application.get('/metrics', (_, response) => void response.type('text/plain').send('up 1\n'));
application.get('/rss', (_, response) => void response.send(String(process.memoryUsage.rss())));

const [port] = process.argv.slice(2);
const server = createServer(application);
if (port === undefined) listenAndReport(server);
else server.listen(Number(port), '127.0.0.1');

/**
 * Yardstick for processor time: sends a HEAD for each of the given number of credentials every minute, with one token for all,
 * evenly over the given number of seconds, and does nothing else. A request that fails is not repeated. `/cpu` is its processor time in seconds.
 */
import { createServer } from 'node:http';
import { Agent, request } from 'undici';
import { listenAndReport } from './listen-and-report.ts';

const MINUTE_MS = 60_000;
const IMAGE = 'ratelimitpreview/test';
const [hub = '', count = '1000', seconds = '10'] = process.argv.slice(2);

const dispatcher = new Agent();

async function fetchToken(): Promise<string> {
  const url = `${hub}/token?service=registry.docker.io&scope=repository:${IMAGE}:pull`;
  const { body } = await request(url, { dispatcher });
  return ((await body.json()) as { token: string }).token;
}

async function head(token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const url = `${hub}/v2/${IMAGE}/manifests/latest`;
  const { body, statusCode } = await request(url, { dispatcher, method: 'HEAD', headers });
  await body.dump();
  if (statusCode !== 200) throw new Error(`A HEAD was answered with ${statusCode}`);
}

/** Starts at the full minute, as a schedule does. */
async function sendMinute(): Promise<void> {
  setTimeout(sendMinute, MINUTE_MS - (Date.now() % MINUTE_MS));
  const token = await fetchToken();
  for (let i = 0; i < Number(count); i += 1) {
    setTimeout(() => head(token).catch(() => undefined), (i / Number(count)) * Number(seconds) * 1_000);
  }
}
setTimeout(sendMinute, MINUTE_MS - (Date.now() % MINUTE_MS));

listenAndReport(
  createServer((_, response) => {
    const { user, system } = process.cpuUsage();
    response.end(String((user + system) / 1e6));
  }),
);

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, type ReceivingServer, startReceiving } from '../notify/receiving-server.ts';
import { answerAsPagerduty } from '../notify/stand-ins.ts';
import { problemsOf, run } from './run-program.ts';

const SECRET = 'hunter2-hunter2-hunter2';
const ROUTING_KEY = 'hunter2'.padEnd(32, '0');

let folder: string;
let file: string;
let answer: Answer;
let server: ReceivingServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-alerts-'));
  file = join(folder, 'headroom.yml');
  answer = () => ({ status: 200, body: 'ok' });
  server = await startReceiving((received, response) => answer(received, response));
  const receivers = [
    { name: 'hook', webhook: { url: `${server.origin}/${SECRET}` }, severities: ['critical', 'warning'] },
    { name: 'pager', pagerduty: { routing_key: ROUTING_KEY, url: `${server.origin}/v2/enqueue` } },
    { name: 'am', alertmanager: { url: server.origin } },
    { name: 'gone', webhook: { url: `http://127.0.0.1:1/${SECRET}` } },
  ];
  writeFileSync(file, JSON.stringify({ alerts: { receivers } }));
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function testReceiver(...argv: readonly string[]) {
  return run(['alerts', 'test', ...argv, `--config.file=${file}`]);
}

describe('headroom alerts test', () => {
  test('sends a test message and its resolution, and prints the responses', async () => {
    expect(await testReceiver('hook')).toEqual({
      exitCode: 0,
      stdout: `hook: the test message (warning) was delivered: ${server.host} answers 200: ok
hook: its resolution was delivered: ${server.host} answers 200: ok
`,
      stderr: '',
    });
    const payloads = server.received.map(({ body }) => JSON.parse(body));
    expect(payloads.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(payloads[0].alerts[0].annotations.description).toMatch(/^TEST: /);
    expect(payloads[0].alerts[0].labels.alertname).toBe('HeadroomTest');
  });

  test('sends with the given severity, and leaves no incident open', async () => {
    answer = answerAsPagerduty;
    const { exitCode } = await testReceiver('pager', '--severity=critical');
    const events = server.received.map(({ body }) => JSON.parse(body));

    expect(exitCode).toBe(0);
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
    expect(events[0].payload.severity).toBe('critical');
    expect(events[1].dedup_key).toBe(events[0].dedup_key);
  });

  test('notifies an Alertmanager, too', async () => {
    const { exitCode } = await testReceiver('am');

    expect(exitCode).toBe(0);
    expect(server.received.map(({ path }) => path)).toEqual(['/api/v2/alerts', '/api/v2/alerts']);
  });

  test('exits with 1 if the receiver rejects it, and prints the reason without the secret', async () => {
    answer = ({ path }) => ({ status: 404, body: `no such hook: ${path}` });

    expect(await testReceiver('hook')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `hook: the test message (warning) was not delivered: ${server.host} answers 404: no such hook: <secret>\n`,
    });
  });

  test('exits with 1 if the receiver is not reachable', async () => {
    expect(await testReceiver('gone')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'gone: the test message (info) was not delivered: 127.0.0.1:1 cannot be reached: ECONNREFUSED\n',
    });
  });

  test('exits with 2 for a receiver that is not there', async () => {
    expect(await testReceiver('hok')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `The command line has 1 problem:
  RECEIVER: No receiver has this name, did you mean hook: "hok". Allowed: hook, pager, am, gone
`,
    });
  });

  test('exits with 2 for a configuration that is bad', async () => {
    writeFileSync(file, 'alerts: { receivers: [{ name: a }] }');
    const { exitCode, stderr } = await testReceiver('a');

    expect(exitCode).toBe(2);
    expect(stderr).toContain('The receiver has no kind');
  });

  test('refuses a command line without a receiver', async () => {
    expect(await problemsOf(['alerts', 'test'])).toEqual([
      'RECEIVER: A receiver is missing. Allowed: a name of alerts.receivers',
    ]);
  });

  test.each([
    [['alerts', '--help'], 'Usage: headroom alerts COMMAND'],
    [['alerts', 'test', '--help'], 'Usage: headroom alerts test RECEIVER [FLAGS]'],
  ])('explains itself: %j', async (argv, usage) => {
    const { exitCode, stdout } = await run(argv);

    expect(exitCode).toBe(0);
    expect(stdout).toContain(usage);
  });

  test('lists its subcommands without one', async () => {
    const { exitCode, stderr } = await run(['alerts']);

    expect(exitCode).toBe(2);
    expect(stderr).toContain('Send a test message to a receiver');
  });
});

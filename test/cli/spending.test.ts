import { describe, expect, test } from 'vitest';
import type { SpendingService } from '../../src/domain/spending/spending-service.ts';
import { loss, spendingOf, sum } from '../web/spending/spending-fixtures.ts';
import { startWeb } from '../web/start-web.ts';
import { NOW } from '../web/states.ts';
import { run } from './run-program.ts';

const SUMS = [
  sum({ team: 'shop', image: 'docker.io/acme/web:1' }, 36, 42, { refused: 6 }),
  sum({ image: 'docker.io/acme/etl:1' }, 5, 5),
];

async function ask(service: SpendingService, ...flags: string[]) {
  const { url } = await startWeb({ spending: service, routePrefix: '/headroom' });
  return run(['spending', `--server=${url.href}`, ...flags]);
}

describe('headroom spending', () => {
  test('prints a table with shares that add up, the rest, and the pods that wait', async () => {
    const waiting = ['Deployment/web', 'CronJob/load'].map((workload, i) => ({
      cluster: 'prod',
      namespace: 'shop',
      workload,
      image: 'docker.io/acme/web:1',
      credential: 'ci',
      refusal: 'pull_limit' as const,
      pods: 3 * i + 1,
      since: NOW - i * 60_000,
    }));
    const service = spendingOf({ sums: SUMS, losses: [loss(0, 60)], waiting });
    const { exitCode, stdout, stderr } = await ask(service, '--by=team', '--by=image');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')).toBe(`\
TEAM                IMAGE                    PULLS   SHARE  REFUSED
shop                docker.io/acme/web:1  36 to 42  65.0 %        6
(not known)         docker.io/acme/etl:1         5   8.3 %        0
unexplained                               13 to 19  26.7 %
lost by the bucket                              60
Refused now: 5 pods wait since TIME: shop/load x4, shop/web x1
Bucket 192.0.2.1, anonymous, ci: TIME to TIME
`);
  });

  test('says that the loss is not known if the bucket was not observed', async () => {
    const { stdout } = await ask(spendingOf({ sums: SUMS }));
    expect(stdout).toMatch(/^lost by the bucket +not known$/m);
    expect(stdout).not.toContain('unexplained');
  });

  test('prints the JSON and the CSV of the API', async () => {
    const service = spendingOf({ sums: SUMS, losses: [loss(0, 60)] });
    expect(JSON.parse((await ask(service, '--output=json')).stdout)).toMatchObject({
      by: ['team'],
      spent: 60,
      rows: [{ team: 'shop', pulls: { low: 36, high: 42 } }, { pulls: { low: 5, high: 5 } }],
    });
    expect((await ask(service, '--output=csv', '--by=image')).stdout).toBe(
      'image,pulls_low,pulls_high,refused,attempts\r\ndocker.io/acme/web:1,36,42,6,1\r\ndocker.io/acme/etl:1,5,5,0,1\r\n',
    );
  });

  test('requests the range and the bucket', async () => {
    const asked: object[] = [];
    const service = spendingOf({ onReport: (query) => asked.push(query) });
    await ask(service, '--from=2026-11-23T20:00:00Z', '--to=2026-11-23T22:00:00+01:00', '--bucket=ci');
    expect(asked).toMatchObject([
      {
        bucket: '192.0.2.1',
        from: Date.parse('2026-11-23T20:00:00Z'),
        to: Date.parse('2026-11-23T21:00:00Z'),
        by: ['team'],
      },
    ]);
  });

  test('requests the Headroom of this machine without --server', async () => {
    const { url } = await startWeb({ spending: spendingOf({ sums: SUMS }) });
    const env = { HEADROOM_LISTEN_ADDRESS: `:${url.port}` };
    expect(await run(['spending'], { env })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  // the flag, the exit code, the message
  test.each([
    ['--bucket=x', 2, 'No bucket or credential has this name: "x"; the buckets are 192.0.2.1'],
    ['--by=pod', 2, 'team, cluster, namespace, workload'],
    ['--from=yesterday', 2, 'a time such as'],
    ['--server=http://127.0.0.1:1', 1, 'No Headroom answers at http://127.0.0.1:1/api/v1/spending: '],
  ])('ends with an error that says what is allowed: %s', async (flag, exitCode, message) => {
    const { url } = await startWeb({ spending: spendingOf() });
    const server = flag.startsWith('--server') ? [] : [`--server=${url.href}`];
    const result = await run(['spending', ...server, flag]);
    expect(result).toMatchObject({ exitCode, stdout: '' });
    expect(result.stderr).toContain(message);
  });

  test('names what is missing if spending is not configured, or another server answers', async () => {
    expect(await ask(spendingOf({ isOn: false }))).toMatchObject({
      exitCode: 2,
      stderr: 'Spending is not configured; add the section spending to the configuration\n',
    });
    const { url } = await startWeb();
    const elsewhere = await run(['spending', `--server=${url.href}metrics`]);
    expect(elsewhere).toMatchObject({ exitCode: 1, stdout: '' });
    expect(elsewhere.stderr).toMatch(/^No Headroom answers at .*: status 404\n$/);
  });
});

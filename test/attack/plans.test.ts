import { describe, expect, onTestFinished, test } from 'vitest';
import { createWebPlanner } from '../../src/plan-for-web.ts';
import { createWeb } from '../../src/web/web.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { webOptions } from '../web/start-web.ts';
import { NOW, STATES } from '../web/states.ts';
import { type AttackRow, expectAttackTable } from './attack-table.ts';

const rows: AttackRow[] = [];
/** Every plan of the lists is sent by HEADROOM_ATTACK_PLANS=all; by default only the first of each, and the table shows these. */
const SENDS_ALL = process.env.HEADROOM_ATTACK_PLANS === 'all';
/** In bytes: with what surrounds it, not more than the 1 MiB that is read. */
const SIZE = 1_000_000;
/** While a plan blocks the event loop, one or two requests are answered, before and after it; otherwise many more. */
const ENOUGH_SCRAPES = 5;
const TIMEOUT_MS = SENDS_ALL ? 600_000 : 120_000;

function fill(part: string, bytes = SIZE): string {
  return part.repeat(Math.floor(bytes / part.length));
}

function lines(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('\n');
}

interface Attack {
  readonly what: string;
  /** The type of a body that is text; a form says its own. */
  readonly type?: string;
  readonly body: string | FormData;
}

function json(what: string, body: object): Attack {
  return { what, type: 'application/json', body: JSON.stringify(body) };
}

/** A file sent as a form, which does not escape the text. */
function file(what: string, name: string, text: string): Attack {
  const body = new FormData();
  body.append('file', new File([text], name));
  return { what, body };
}

/** The two that ended or blocked the first release, then variants of them. The first six take far less than the time limit. */
const FILES: readonly Attack[] = [
  file(
    'GitLab `extends` that fan out (628 bytes)',
    '.gitlab-ci.yml',
    `.j0: {image: a}\n${lines(8, (i) => `.j${i + 1}: {extends: [${fill(`.j${i}, `, 40)}]}`)}\nrun: {script: x, extends: .j8}`,
  ),
  file('`ARG` that double (526 bytes)', 'Dockerfile', `ARG A=aa\n${'ARG A=$A$A\n'.repeat(46)}FROM $A`),
  file('a million `[`', 'a.yml', fill('[')),
  file('a million `{"a":`', 'a.yml', fill('{"a":')),
  file('a million quotes', 'a.yml', fill("'")),
  file('Windows line ends', 'Dockerfile', `FROM a\n${fill('\r\n')}`),
  file(
    'a chain of `extends`',
    '.gitlab-ci.yml',
    `j0: {script: x, image: a}\n${lines(20_000, (i) => `j${i + 1}: {script: x, extends: j${i}}`)}`,
  ),
  file('65,000 `FROM`', 'Dockerfile', fill('FROM a\n', 65_000 * 7)),
  file(
    '40,000 `COPY --from`',
    'Dockerfile',
    `FROM a AS s\nFROM s\n${fill('COPY --from=s a b\n', 40_000 * 18)}`,
  ),
  file('a million `- `', 'a.yml', fill('- ')),
  file('a million `!!x `', 'a.yml', fill('!!x ')),
  file('a million `&a `', 'a.yml', fill('&a ')),
  file('a million `#`, `%` and `\\t`', 'a.yml', fill('#\n%\t\n')),
  file('documents', 'a.yml', fill('---\n')),
  file('one line of `\\`', 'Dockerfile', `FROM a\nRUN ${fill('\\\n')}`),
  file(
    'keys that an object has (`__proto__`, `constructor`)',
    'compose.yaml',
    `services:\n${lines(9_000, () => '  __proto__: {image: a, extends: constructor}\n  constructor: {extends: __proto__}')}`,
  ),
  file(
    'names that are regular expressions',
    'Dockerfile',
    `ARG A=x\nFROM a AS ${fill('(a+)+', 900)}\n${fill(`COPY --from=${fill('(a+)+', 900)}$ a b\n`)}`,
  ),
  file(
    'doubling aliases in a Compose file',
    'compose.yaml',
    `x0: &x0 {image: a}\n${lines(60, (i) => `x${i + 1}: &x${i + 1} {a: *x${i}, b: *x${i}}`)}\nservices: *x60`,
  ),
  file(
    'Compose services that extend one another in a ring',
    'compose.yaml',
    `services:\n${lines(15_000, (i) => `  s${i}: {extends: s${(i + 1) % 15_000}}`)}`,
  ),
  file(
    'GitHub jobs with large matrices',
    '.github/workflows/a.yml',
    `on: push\njobs:\n${lines(1_500, (i) => `  j${i}: {container: "a:\${{ matrix.a }}", strategy: {matrix: {a: [${fill('1,', 300)}1], b: [${fill('1,', 200)}1]}}}`)}`,
  ),
  file('a list of 90,000 pods', 'a.yml', `apiVersion: v1\nkind: List\nitems: [${fill('{kind: Pod},')}]`),
  file(
    'a pod of 30,000 containers',
    'a.yml',
    `apiVersion: v1\nkind: Pod\nspec: {containers: [${fill('{name: a, image: b},', 630_000)}]}`,
  ),
  file('text of no kind', 'a', fill('x')),
];

const BODIES: readonly Attack[] = [
  { what: 'JSON: a million `[`', type: 'application/json', body: fill('[') },
  { what: 'JSON: nested objects', type: 'application/json', body: fill('{"files":') },
  json('JSON: 1,001 files', { files: Array.from({ length: 1_001 }, () => ({ name: 'a', text: '' })) }),
  json('JSON: 1,000 files', {
    files: Array.from({ length: 1_000 }, (_, i) => ({ name: `Dockerfile.${i}`, text: 'FROM a' })),
  }),
  json(
    'JSON: 60,000 unknown fields',
    Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`f${i}`, 1])),
  ),
  json('JSON: 60,000 variables', {
    files: [{ name: 'Dockerfile', text: 'FROM $v9' }],
    variables: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`v${i}`, 'a'])),
  }),
  { what: 'JSON: a number of 900,000 digits', type: 'application/json', body: `{"nodes":${fill('9')}}` },
  { what: 'a form of 300,000 fields', type: 'application/x-www-form-urlencoded', body: fill('a=&') },
  { what: 'a form of `%`', type: 'application/x-www-form-urlencoded', body: `text=${fill('%')}` },
  {
    what: 'a form of 12,000 files',
    type: 'multipart/form-data; boundary=b',
    body: `${fill('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n')}--b--\r\n`,
  },
  {
    what: 'a form of boundaries',
    type: 'multipart/form-data; boundary=b',
    body: fill('--b\r\n'),
  },
  { what: 'a form without a boundary', type: 'multipart/form-data', body: fill('--b\r\n') },
  {
    what: 'bytes that are no UTF-8',
    type: 'application/json',
    body: `{"text":"${fill('\u{d800}', 100_000)}"}`,
  },
];

async function startPlanner(): Promise<URL> {
  const web = createWeb(
    webOptions({
      plan: createWebPlanner({
        states: () => STATES,
        outlookOf: () => undefined,
        clock: { now: () => NOW, monotonicMs: () => 0 },
        log: SILENT_LOG,
      }),
    }),
  );
  await web.start();
  onTestFinished(() => web.stop());
  const [url] = web.urls;
  if (!url) throw new Error('It listens nowhere');
  return url;
}

/** Scrapes, one after the other, until `busy` is over. Every scrape is answered by 200. */
async function scrapeUntil(busy: Promise<unknown>, url: URL): Promise<number> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  busy.then(over, over);
  let answered = 0;
  for (let i = 0; !isOver && i < 100_000; i += 1) {
    const response = await fetch(new URL(i % 2 ? 'metrics' : '-/healthy', url));
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    if (!isOver) answered += 1;
  }
  return answered;
}

async function send(url: URL, { type, body }: Attack): Promise<number> {
  const response = await fetch(new URL('api/v1/plan', url), {
    method: 'POST',
    headers: type === undefined ? {} : { 'content-type': type },
    body,
  });
  await response.arrayBuffer();
  if (response.status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  return response.status;
}

function tally(statuses: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const status of [...statuses].sort()) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `status ${status}: ${count}`).join(', ');
}

describe('a hostile plan does not hold up metrics and health', () => {
  test.each([
    ['files', FILES, 6, '200 with the file and line of what is too large, or 422 `too_complex`'],
    ['bodies', BODIES, 3, '400 with the problem of the body'],
  ] as const)('%s', { timeout: TIMEOUT_MS }, async (what, attacks, few, seen) => {
    const url = await startPlanner();
    const statuses: number[] = [];
    const sent = SENDS_ALL ? attacks : attacks.slice(0, few);
    for (const attack of sent) {
      const answer = send(url, attack);
      const scrapes = await scrapeUntil(answer, url);
      const status = await answer;
      const isRight = [200, 400, 422].includes(status) && scrapes >= ENOUGH_SCRAPES;
      expect({ what: attack.what, status, scrapes, isRight }).toMatchObject({ isRight: true });
      statuses.push(status);
    }
    rows.push({
      attack: `${sent.length} hostile ${what} of up to 1 MiB, one after the other`,
      measured: `${tally(statuses)}; \`/metrics\` and \`/-/healthy\` during each of them`,
      seen,
    });
  });

  test('ten at once', { timeout: TIMEOUT_MS }, async () => {
    const url = await startPlanner();
    const ten = Promise.all(
      Array.from({ length: 5 }, () => FILES.slice(0, 2).map((attack) => send(url, attack))).flat(),
    );
    const scrapes = await scrapeUntil(ten, url);
    const statuses = await ten;
    expect(scrapes).toBeGreaterThanOrEqual(4 * ENOUGH_SCRAPES);
    expect(statuses.filter((status) => ![200, 422, 503].includes(status))).toEqual([]);
    expect(statuses).toContain(200);
    rows.push({
      attack:
        'the two files that ended or blocked the first release, five times each at once, from one client',
      measured: `answers ${statuses.length} of 10; \`/metrics\` and \`/-/healthy\` meanwhile`,
      seen: 'plans one after the other; those that find three waiting get 503 `busy` with `Retry-After: 10`',
    });
  });
});

test.skipIf(SENDS_ALL)('docs/clocks-networks-disks-visitors.md shows what was measured', async () => {
  await expectAttackTable('plans', rows);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configSchema, SCHEMA_URL } from '../../src/config/config-schema.ts';
import { load, problemsOf } from './load.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
  configSchema(),
);

/** Problems that the schema finds, each with the place and what is wrong. */
function problems(yaml: string): string[] {
  validate(parse(yaml));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The template of `headroom config init` with every example in use. */
const FULL = read('docs/examples/headroom.yml').replaceAll(/^( *)#(?! |$)(?!.*yaml-language-server)/gm, '$1');
/** The content of the files that it names. */
const FILES = {
  '/run/secrets/dockerhub-ci': 'hunter2',
  '/var/run/secrets/regcred/.dockerconfigjson':
    '{ "auths": { "https://index.docker.io/v1/": { "auth": "Y2k6eA==" } } }',
  '/run/secrets/slack': 'https://hooks.slack.com/services/T0/B0/x',
  '/run/secrets/pagerduty': 'a'.repeat(32),
  '/etc/web-config.yml': '',
};

/** The examples of the documents: YAML blocks whose first key is a section of the configuration. */
const EXAMPLES = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) =>
    [...read(`docs/${name}`).matchAll(/^```yaml\n(.*?)^```$/gms)]
      .map(([, yaml = '']) => ({ name, yaml }))
      .filter(
        ({ yaml }) =>
          /^(?:#.*\n)*(?:poll|hub|credentials|history|spending|alerts|metrics|web|log):/.test(yaml) &&
          !/existingSecret|dockerConfigSecret/.test(yaml),
      ),
  );

describe('configSchema()', () => {
  test('is docs/headroom.schema.json; vitest -u writes it', async () => {
    const text = `${JSON.stringify(configSchema(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(join(ROOT, 'docs/headroom.schema.json'));
  });

  test('accepts the template of config init, as it is and with all examples, as loadConfig() does', async () => {
    expect(problems(read('docs/examples/headroom.yml'))).toEqual([]);
    expect(problems(FULL)).toEqual([]);
    expect(FULL).toContain('\n    - name: pager\n');
    const { alerts, credentials } = await load({ yaml: FULL, files: FILES });
    expect(alerts.receivers).toHaveLength(2);
    expect(credentials).toHaveLength(4);
  });

  test.each(EXAMPLES)('accepts an example of docs/$name', ({ yaml }) => {
    expect(problems(yaml)).toEqual([]);
  });

  test.each([
    'poll:',
    'alerts: { rules: [], receivers: [] }',
    'poll: { jitter: 0, timeout: 1m30s }',
    'alerts: { rules: [{ name: RateLimitLow, remaining_below: " 12.5 % ", clear_at: 40%, credentials: anonymous }] }',
    'web: { listen_address: "127.0.0.1:9000", route_prefix: / }',
    'web: { listen_address: [":1", "[::1]:2"], allowed_hosts: [] }',
    'metrics: { compatibility: [viadee] }',
    'credentials: [{ name: "a b", username: me@example.com, password: "1" }]',
    'alerts: { receivers: [{ name: w, webhook: { url: "https://a.example", headers: { X-A: "1" } } }] }',
  ])('accepts %s, which loadConfig() accepts', async (yaml) => {
    expect(await problemsOf({ yaml })).toEqual([]);
    expect(problems(yaml)).toEqual([]);
  });

  test.each<[yaml: string, problem: string]>([
    ['poll: { timout: 3s }', '/poll must NOT have additional properties'],
    ['polling: {}', ' must NOT have additional properties'],
    ['poll: { timeout: 3 }', '/poll/timeout must be string'],
    ['poll: { timeout: fast }', '/poll/timeout must match pattern'],
    ['poll: { concurrency: 0 }', '/poll/concurrency must be >= 1'],
    ['log: { level: loud }', '/log/level must be equal to one of the allowed values'],
    ['credentials: [{ name: "-" }]', '/credentials/0/name must match pattern'],
    ['credentials: [{ nme: a }]', '/credentials/0 must NOT have additional properties'],
    ['credentials: []', '/credentials must NOT have fewer than 1 items'],
    [
      'alerts: { receivers: [{ slack: { webhok: a } }] }',
      '/alerts/receivers/0/slack must NOT have additional',
    ],
    ['alerts: { receivers: [{ quiet_hours: { from: "25" } }] }', '/quiet_hours/from must match pattern'],
  ])('rejects %s', async (yaml, problem) => {
    expect(problems(yaml).join('\n')).toContain(problem);
    expect(await problemsOf({ yaml })).not.toEqual([]);
  });

  test('has the sections that loadConfig() reads', async () => {
    const [problem = ''] = await problemsOf({ yaml: 'other: {}' });
    const sections = problem.replace(/.*Allowed: /, '').split(', ');
    expect(Object.keys((configSchema() as { properties: object }).properties)).toEqual(sections);
  });

  test('has a description for every key', () => {
    const missing: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { properties = {}, items } = schema as { properties?: Record<string, object>; items?: object };
      visit(items, `${path}[]`);
      for (const [key, part] of Object.entries(properties)) {
        if (!('description' in part)) missing.push(`${path}.${key}`);
        visit(part, `${path}.${key}`);
      }
    };
    visit(configSchema(), '');
    expect(missing).toEqual([]);
  });
});

test('configuration files of the repository begin with the line for the YAML language server', () => {
  const line = `# yaml-language-server: $schema=${SCHEMA_URL}`;
  const files = [
    'docs/examples/headroom.yml',
    'deploy/compose/headroom.yml',
    'deploy/kustomize/base/headroom.yml',
  ];
  const first = files.map((path) => read(path).split('\n')[0]);
  expect(first).toEqual(files.map(() => line));
});

test('full examples in documents begin with the line for the YAML language server', () => {
  const whole = EXAMPLES.filter(
    ({ yaml }) => /^credentials:/m.test(yaml) && /^(?!credentials)\w+:/m.test(yaml),
  );
  expect(whole.length).toBeGreaterThan(0);
  for (const { yaml } of whole) expect(yaml).toMatch(/^# yaml-language-server: \$schema=/);
});

import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { hashSync } from 'bcryptjs';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startHeadroom, WHEN_ASKED } from '../end-to-end/running-headroom.ts';
import { manualClock } from '../hub/fixtures.ts';
import { type Authority, createAuthority, type Pair } from '../web/certificates.ts';
import { type AttackRow, expectAttackTable } from './attack-table.ts';

const USERS = `basic_auth_users:\n  ci: ${hashSync('sesame', 4)}\n`;
const TLS = `tls_server_config:
  cert_file: tls.crt
  key_file: tls.key
`;
const CLIENTS = `  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [localhost]
`;
/** Longer than the time for which files are assumed to be unchanged. */
const A_WHILE_MS = 2_000;
const GAUGE = /^dockerhub_exporter_config_last_reload_successful (\d)$/m;

const rows: AttackRow[] = [];

let authority: Authority;
let [first, second, client, stranger]: Pair[] = [];
beforeAll(async () => {
  authority = await createAuthority();
  first = await authority.issue('first');
  second = await authority.issue('second');
  client = await authority.issue('client');
  stranger = await (await createAuthority('Stranger')).issue('stranger');
});

/** The running program, with a web configuration beside its own. */
async function open(files: Readonly<Record<string, string>>) {
  const clock = manualClock();
  let folder = '';
  const settings = (configFile: string | undefined) => ({
    poll: { schedule: WHEN_ASKED },
    web: { listen_address: '127.0.0.1:0', ...(configFile !== undefined && { config_file: configFile }) },
  });
  const write = (name: string, text: string) => {
    rmSync(join(folder, name), { recursive: true, force: true });
    writeFileSync(join(folder, name), text);
  };
  const restore = () => {
    for (const [name, text] of Object.entries(files)) write(name, text);
  };
  const headroom = await startHeadroom({
    clock,
    settings(place) {
      folder = place.folder;
      restore();
      return settings('web-config.yml');
    },
  });
  onTestFinished(() => headroom.stop());
  const ask = (options: object) => askOnce(new URL('metrics', headroom.app.urls[0]), options);
  return {
    headroom,
    folder: () => folder,
    write,
    remove: (name: string) => rmSync(join(folder, name)),
    configure: (configFile: string | undefined) => headroom.configure(settings(configFile)),
    ask,
    pass: () => clock.advance(A_WHILE_MS),
    /** Restores every file for the next reload. */
    async recover() {
      restore();
      await headroom.configure(settings('web-config.yml'));
      clock.advance(A_WHILE_MS);
      return (await headroom.app.reload()).ok;
    },
  };
}

type Opened = Awaited<ReturnType<typeof open>>;
interface Answer {
  readonly status: number | undefined;
  readonly text: string;
  /** The name in the server's certificate. */
  readonly server?: string | undefined;
}

/** Sends one request over a new connection. Status 0: rejected before a response. */
function askOnce(url: URL, options: object): Promise<Answer> {
  const request = url.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((resolve) => {
    request(url, { agent: false, ...options }, (response) => {
      const server = (response.socket as Partial<TLSSocket>).getPeerCertificate?.().subject.CN as
        | string
        | undefined;
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text, server }));
    })
      .on('error', () => resolve({ status: 0, text: '' }))
      .end();
  });
}

/**
 * Attacks in each of the three ways that files are read, and sends requests as a stranger and as the owner after each.
 * @returns the row's words
 */
async function measure(opened: Opened, attack: () => unknown, strangers: object[], owner: object) {
  const { headroom, ask, pass, recover } = opened;
  const ways = [
    pass,
    () => headroom.app.reload(),
    () => ask({ ...owner, method: 'POST', path: '/-/reload' }),
  ];
  let letIn = 0;
  let served = 0;
  const gauges = new Set<string | undefined>();
  const seen = new Set<string>();
  for (const way of ways) {
    const logged = headroom.logLines.length;
    await attack();
    await way();
    for (const stranger of strangers) if ((await ask(stranger)).status === 200) letIn++;
    const answer = await ask(owner);
    if (answer.status === 200) served++;
    gauges.add(GAUGE.exec(answer.text)?.[1]);
    for (const line of headroom.logLines.slice(logged)) if (line.includes('level=error')) seen.add('error');
    expect(await recover()).toBe(true);
    expect(GAUGE.exec((await ask(owner)).text)?.[1]).toBe('1');
  }
  const asked = strangers.length * ways.length;
  return {
    measured: `strangers accepted: ${letIn} of ${asked}; owner served: ${served} of ${ways.length}`,
    seen: `${[...seen].join()} in the log; \`config_last_reload_successful\` ${[...gauges].join(', ')}`,
  };
}

const SAFE = { seen: 'error in the log; `config_last_reload_successful` 0' };

describe('passwords', () => {
  const owner = { auth: 'ci:sesame' };
  const strangers = [{}, { auth: 'ci:wrong' }];
  /** Changes of web-config.yml. */
  const attacks: [string, (opened: Opened) => unknown][] = [
    ['is empty', ({ write }) => write('web-config.yml', '')],
    ['contains only comments', ({ write }) => write('web-config.yml', '# basic_auth_users:\n')],
    ['no longer contains users', ({ write }) => write('web-config.yml', 'basic_auth_users:\n')],
    ['contains an empty list of users', ({ write }) => write('web-config.yml', 'basic_auth_users: {}\n')],
    [
      'is another valid file, without users',
      ({ write }) => write('web-config.yml', 'http_server_config: {}\n'),
    ],
    ['contains text that is not YAML', ({ write }) => write('web-config.yml', '\u0000\ufffd{')],
    ['contains an unknown key', ({ write }) => write('web-config.yml', `${USERS}basic_auth_user: {}\n`)],
    [
      'contains only the user `__proto__`',
      ({ write }) => write('web-config.yml', USERS.replace('ci', '__proto__')),
    ],
    ['is larger than 1 MiB', ({ write }) => write('web-config.yml', `#${'x'.repeat(2 ** 20)}`)],
    ['is deleted', ({ remove }) => remove('web-config.yml')],
    [
      'cannot be read (a loop of symbolic links)',
      ({ remove, folder }) => {
        remove('web-config.yml');
        symlinkSync('web-config.yml', join(folder(), 'web-config.yml'));
      },
    ],
    [
      'becomes a folder',
      ({ remove, folder }) => {
        remove('web-config.yml');
        mkdirSync(join(folder(), 'web-config.yml'));
      },
    ],
    [
      'is swapped for an empty one, as Kubernetes does it',
      ({ folder, remove }) => {
        rmSync(join(folder(), 'empty'), { recursive: true, force: true });
        mkdirSync(join(folder(), 'empty'));
        writeFileSync(join(folder(), 'empty/web-config.yml'), '');
        remove('web-config.yml');
        symlinkSync('empty/web-config.yml', join(folder(), 'next'));
        renameSync(join(folder(), 'next'), join(folder(), 'web-config.yml'));
      },
    ],
  ];

  test('stay in force for every change of web-config.yml', async () => {
    const opened = await open({ 'web-config.yml': USERS });
    for (const [name, attack] of attacks) {
      const words = await measure(opened, () => attack(opened), strangers, owner);
      expect([name, words]).toEqual([
        name,
        { measured: 'strangers accepted: 0 of 6; owner served: 3 of 3', ...SAFE },
      ]);
      rows.push({ attack: `\`web-config.yml\` ${name}`, ...words });
    }
  });

  test('stay in force for every prefix of a half-written file', async () => {
    const { write, pass, ask } = await open({ 'web-config.yml': USERS });
    // All but the last character, a line break: without it the file is complete.
    const prefixes = Array.from({ length: USERS.length - 1 }, (_, length) => USERS.slice(0, length));
    let letIn = 0;
    let served = 0;
    const gauges = new Set<string | undefined>();
    for (const prefix of prefixes) {
      write('web-config.yml', prefix);
      pass();
      for (const stranger of strangers) if ((await ask(stranger)).status === 200) letIn++;
      const answer = await ask(owner);
      if (answer.status === 200) served++;
      gauges.add(GAUGE.exec(answer.text)?.[1]);
    }
    expect([letIn, served, [...gauges]]).toEqual([0, prefixes.length, ['0']]);
    rows.push({
      attack: `\`web-config.yml\` is half-written: each of its ${prefixes.length} prefixes`,
      measured: `strangers accepted: ${letIn} of ${2 * prefixes.length}; owner served: ${served} of ${prefixes.length}`,
      seen: `error in the log; \`config_last_reload_successful\` ${[...gauges].join(', ')}`,
    });
  });

  test('stay in force if the configuration names no file, or another one without users', async () => {
    const opened = await open({ 'web-config.yml': USERS, 'other.yml': '' });
    const { headroom, configure, ask, recover } = opened;
    for (const [name, configFile] of [
      ['no longer names `web.config_file`', undefined],
      ['names another `web.config_file`, without users', 'other.yml'],
    ] as const) {
      await configure(configFile);
      const { ok } = await headroom.app.reload();
      const letIn = (await ask({})).status === 200 ? 1 : 0;
      const answer = await ask(owner);
      const gauge = GAUGE.exec(answer.text)?.[1];
      expect([ok, letIn, answer.status, gauge]).toEqual([false, 0, 200, '0']);
      expect(await recover()).toBe(true);
      rows.push({
        attack: `the configuration ${name}`,
        measured: `strangers accepted: ${letIn} of 1; owner served: ${answer.status === 200 ? 1 : 0} of 1`,
        seen: `error in the log; \`config_last_reload_successful\` ${gauge}`,
      });
    }
  });
});

describe('TLS and client certificates', () => {
  const files = () => ({
    'web-config.yml': TLS + CLIENTS,
    'tls.crt': first?.certificate ?? '',
    'tls.key': first?.key ?? '',
    'ca.crt': authority.certificate,
  });
  const certificateOf = (pair: Pair | undefined) => ({
    ca: authority.certificate,
    cert: pair?.certificate,
    key: pair?.key,
  });
  const attacks: [string, (opened: Opened) => unknown][] = [
    ['`web-config.yml` is empty', ({ write }) => write('web-config.yml', '')],
    ['`web-config.yml` requires no client certificates', ({ write }) => write('web-config.yml', TLS)],
    [
      '`web-config.yml` does not verify client certificates',
      ({ write }) => write('web-config.yml', `${TLS}${CLIENTS.replace('RequireAndVerify', 'RequireAny')}`),
    ],
    [
      '`web-config.yml` drops `client_allowed_sans`',
      ({ write }) => write('web-config.yml', `${TLS}${CLIENTS.replace(/ {2}client_allowed_sans.*\n/, '')}`),
    ],
    ['the file of client authorities is empty', ({ write }) => write('ca.crt', '')],
    [
      'the file of client authorities is half-written',
      ({ write }) => write('ca.crt', authority.certificate.slice(0, 300)),
    ],
    ['the file of client authorities is deleted', ({ remove }) => remove('ca.crt')],
    [
      'the certificate is new, its key the old one',
      ({ write }) => write('tls.crt', second?.certificate ?? ''),
    ],
    ['the key is new, its certificate the old one', ({ write }) => write('tls.key', second?.key ?? '')],
    [
      'the certificate is half-written',
      ({ write }) => write('tls.crt', first?.certificate.slice(0, 300) ?? ''),
    ],
    ['the key is deleted', ({ remove }) => remove('tls.key')],
  ];

  test('stay in force', async () => {
    const opened = await open(files());
    const strangers = [certificateOf(undefined), certificateOf(stranger)];
    for (const [name, attack] of attacks) {
      const words = await measure(opened, () => attack(opened), strangers, certificateOf(client));
      expect([name, words]).toEqual([
        name,
        { measured: 'strangers accepted: 0 of 6; owner served: 3 of 3', ...SAFE },
      ]);
      rows.push({ attack: name, ...words });
    }
  });

  test('follow a complete rotation', async () => {
    const { write, pass, ask } = await open(files());
    write('tls.crt', second?.certificate ?? '');
    pass();
    const between = (await ask(certificateOf(client))).server;
    write('tls.key', second?.key ?? '');
    pass();
    const after = (await ask(certificateOf(client))).server;
    expect([between, after]).toEqual(['first', 'second']);
    rows.push({
      attack: 'certificate and key are replaced, one after the other',
      measured: `certificate served between: the ${between}; afterwards: the ${after}`,
      seen: 'error in the log between',
    });
  });

  test('reject sessions of a replaced authority', async () => {
    const { headroom, write, pass } = await open(files());
    const url = new URL(headroom.app.urls[0] ?? '');
    const handshake = (session?: Buffer) =>
      new Promise<{ session: Buffer | undefined; isServed: boolean }>((resolve) => {
        const options = { ...certificateOf(client), port: Number(url.port), host: '127.0.0.1', session };
        const socket = connect({ ...options, servername: 'localhost', maxVersion: 'TLSv1.2' });
        let text = '';
        let own: Buffer | undefined;
        socket.on('data', (chunk) => {
          text += String(chunk);
        });
        socket.on('error', () => undefined);
        socket.on('secureConnect', () => {
          own = socket.getSession();
          socket.write('GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
        });
        socket.on('close', () => resolve({ session: own, isServed: text.includes(' 200 ') }));
      });
    const before = await handshake();
    write('ca.crt', (await createAuthority('New')).certificate);
    pass();
    const after = await handshake(before.session);
    expect([before.isServed, after.isServed]).toEqual([true, false]);
    rows.push({
      attack: 'the client authority is replaced; a client of the old one resumes its TLS session',
      measured: `served before: ${before.isServed}; afterwards: ${after.isServed}`,
      seen: 'the connection is closed',
    });
  });
});

test('the document has the measured values', () => expectAttackTable('configuration files', rows));

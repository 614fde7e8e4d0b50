import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createTrustReader, NODES_TRUST } from '../../../src/kit/http/trust.ts';
import { issueServerCertificate } from '../../../src/simulator/certificate-authority.ts';

let pem: string;
let otherPem: string;

beforeAll(async () => {
  pem = (await issueServerCertificate(Date.now())).authority;
  otherPem = (await issueServerCertificate(Date.now())).authority;
});

async function caFile(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'ca.pem'), content);
  return join(folder, 'ca.pem');
}

/** A reader of a file, and what it has reported. */
function readerOf(file: string) {
  const events: string[] = [];
  const read = createTrustReader(file, undefined, {
    onRead: (certificates) => events.push(`read ${certificates}`),
    onUnreadable: (reason) => events.push(`unreadable: ${reason.split(':')[0]}`),
  });
  return { read, events };
}

describe('createTrustReader()', () => {
  test('leaves the authorities of Node.js without a file', async () => {
    expect(await createTrustReader(undefined, undefined)()).toBe(NODES_TRUST);
  });

  test('reads the file once as long as it stays the same', async () => {
    const { read, events } = readerOf(await caFile(pem));
    const first = await read();

    expect(await read()).toBe(first);
    expect(first.secureContext).toBeDefined();
    expect(events).toEqual(['read 1']);
  });

  test('reads the file again when it has changed', async () => {
    const file = await caFile(pem);
    const { read, events } = readerOf(file);
    const first = await read();
    await writeFile(file, `${pem}\n${otherPem}`);

    expect((await read()).version).not.toBe(first.version);
    expect(events).toEqual(['read 1', 'read 2']);
  });

  test('keeps the earlier authorities when the file becomes unreadable', async () => {
    const file = await caFile(pem);
    const { read, events } = readerOf(file);
    const first = await read();
    await rm(file);

    expect(await read()).toBe(first);
    expect(events).toEqual(['read 1', 'unreadable: ENOENT']);
  });

  // what is wrong with the file | its content | the error
  test.each([
    ['holds no certificate', 'hello', /^it holds no certificate in PEM form$/],
    [
      'holds a damaged certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      /asn1|decod|wrong tag|too long/i,
    ],
  ])('rejects for a file that %s', async (_, content, message) => {
    await expect(readerOf(await caFile(content)).read()).rejects.toThrow(message);
  });

  test('rejects for a file that is not there', async () => {
    await expect(readerOf('/nonexistent/ca.pem').read()).rejects.toThrow('ENOENT');
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createTrustAnchors } from '../../src/hub/trust-anchors.ts';
import { issueServerCertificate } from '../../src/simulator/certificate-authority.ts';
import { recordingLog } from './fixtures.ts';

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

describe('createTrustAnchors()', () => {
  test("leaves Node's own alone without a file", async () => {
    const read = createTrustAnchors(undefined, undefined, recordingLog());

    expect(await read()).toEqual({ version: '', context: undefined });
  });

  test('reads the file once as long as it stays the same', async () => {
    const log = recordingLog();
    const read = createTrustAnchors(await caFile(pem), undefined, log);

    const first = await read();

    expect(await read()).toBe(first);
    expect(first).toMatchObject({ context: expect.anything() });
    expect(log.lines).toHaveLength(1);
  });

  test('reads the file again when it has changed', async () => {
    const file = await caFile(pem);
    const read = createTrustAnchors(file, undefined, recordingLog());
    const first = await read();
    await writeFile(file, `${pem}\n${otherPem}`);

    const second = await read();

    expect('version' in first && 'version' in second && first.version !== second.version).toBe(true);
  });

  test('goes on with the earlier ones when the file becomes unreadable', async () => {
    const file = await caFile(pem);
    const log = recordingLog();
    const read = createTrustAnchors(file, undefined, log);
    const first = await read();
    await rm(file);

    expect(await read()).toBe(first);
    expect(log.lines.at(-1)).toContain('"level":"warn"');
  });

  // what is wrong with the file | its content | the detail
  test.each([
    ['holds no certificate', 'hello', 'Cannot read hub.ca_file: it holds no certificate in PEM form'],
    [
      'holds a damaged certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      expect.stringMatching(/^Cannot read hub\.ca_file: /),
    ],
  ])('fails for a file that %s', async (_, content, detail) => {
    const read = createTrustAnchors(await caFile(content), undefined, recordingLog());

    expect(await read()).toEqual({ kind: 'failed', reason: 'tls', detail });
  });

  test('fails for a file that is not there', async () => {
    const read = createTrustAnchors('/nonexistent/ca.pem', undefined, recordingLog());

    expect(await read()).toMatchObject({
      reason: 'tls',
      detail: expect.stringContaining('ENOENT'),
    });
  });
});

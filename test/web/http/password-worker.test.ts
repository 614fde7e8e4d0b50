import { hashSync } from 'bcryptjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hashesToCompare } from '../../../src/web/http/basic-auth.ts';
import { createPasswordWorker } from '../../../src/web/http/password-worker.ts';

const SESAME = hashSync('sesame', 4);

function startWorker() {
  const worker = createPasswordWorker();
  onTestFinished(() => worker.close());
  return worker;
}

describe('createPasswordWorker()', () => {
  test('compares with the first hash, whatever the others are', async () => {
    const { compare } = startWorker();
    const [, ...decoys] = hashesToCompare(SESAME, [SESAME, hashSync('x', 6)]);
    expect(decoys).toHaveLength(2);
    expect(await compare('sesame', [SESAME, ...decoys])).toBe(true);
    expect(await compare('wrong', [SESAME, ...decoys])).toBe(false);
    expect(await compare('sesame', [hashSync('other', 4), SESAME])).toBe(false);
  });

  test('reads hashes of htpasswd ($2y$)', async () => {
    expect(await startWorker().compare('sesame', [SESAME.replace('$2b$', '$2y$')])).toBe(true);
  });

  test('leaves the event loop free while it compares', async () => {
    const comparison = startWorker().compare('wrong', [hashSync('x', 4).replace('$04$', '$08$')]);
    let isDone = false;
    void comparison.then(() => {
      isDone = true;
    });
    let turns = 0;
    while (!isDone) {
      turns++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(turns).toBeGreaterThan(1);
  });

  test('rejects when the thread fails, and starts another for the next password', async () => {
    const { compare } = startWorker();
    await expect(compare('sesame', [undefined as never])).rejects.toThrow();
    expect(await compare('sesame', [SESAME])).toBe(true);
  });
});

import { describe, expect, test } from 'vitest';
import { describeWithProgram } from '../requires-program.ts';
import { run, startService } from './program.ts';

describeWithProgram('sh', 'program', () => {
  describe('run()', () => {
    test('gives what a program printed and how it ended', async () => {
      const script = 'echo out; echo problem >&2; exit 3';
      expect(await run('sh', ['-c', script])).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'problem\n' });
    });

    test('hands on nothing of this environment, and keeps clients off the network', async () => {
      const { stdout } = await run('sh', ['-c', 'echo "$HOME|$HTTPS_PROXY|$SETTING"'], { SETTING: 'own' });
      expect(stdout).toBe('|http://127.0.0.1:1|own\n');
    });

    test('names a program that is not installed', async () => {
      await expect(run('headroom-nothing', [])).rejects.toThrow('Program is not installed: headroom-nothing');
    });
  });

  describe('startService()', () => {
    test('waits for the message, gives what it matched, and ends it', async () => {
      const service = await startService({
        program: 'sh',
        arguments: ['-c', 'echo starting; echo "process $$ listens on :8080" >&2; exec tail -f /dev/null'],
        readyPattern: /process (\d+) listens on :(\d+)\n/,
      });
      const [, pid, port] = service.ready;
      await service.stop();

      expect(port).toBe('8080');
      expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
    });

    test('reports what a service printed that ended before it was ready', async () => {
      const options = { program: 'sh', arguments: ['-c', 'echo bad setting; exit 2'], readyPattern: /ready/ };
      await expect(startService(options)).rejects.toThrow(new Error('sh ended with 2: bad setting\n'));
    });
  });
});

import { createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Lookup, openSocket, type SocketOptions } from '../../../src/kit/http/open-socket.ts';
import { listen } from '../../hub/loopback-server.ts';
import { startDeadAddress } from './dead-address.ts';

const NEVER = new AbortController().signal;

/** A resolver with one name. */
function resolving(...addresses: string[]): Lookup {
  return async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

/** Timers that a test fires by hand; all head starts are over with `skip`. */
function manualTimers() {
  const scheduled: { delayMs: number; run: () => void }[] = [];
  return {
    scheduled,
    skip: () => scheduled.shift()?.run(),
    after(delayMs: number, run: () => void) {
      const entry = { delayMs, run };
      scheduled.push(entry);
      return () => {
        const index = scheduled.indexOf(entry);
        if (index >= 0) scheduled.splice(index, 1);
      };
    },
  };
}

async function open(port: number, options: SocketOptions, signal = NEVER): Promise<Socket> {
  const socket = await openSocket('receiver.test', port, options, signal);
  onTestFinished(() => void socket.destroy());
  return socket;
}

describe('openSocket()', () => {
  // what the name resolves to | the address reached
  test.each([
    ['one live address', ['127.0.0.1'], '127.0.0.1'],
    ['a refused IPv6 address before a live one', ['::1', '127.0.0.1'], '127.0.0.1'],
    ['refused addresses before a live one', ['127.0.0.2', '::1', '127.0.0.3', '127.0.0.1'], '127.0.0.1'],
  ])('connects to %s', async (_, addresses, reached) => {
    const port = await listen(createServer());

    expect((await open(port, { lookup: resolving(...addresses) })).remoteAddress).toBe(reached);
  });

  // which one is dead | in which order
  test.each([
    ['the first address', ['127.0.0.2', '127.0.0.1']],
    ['the IPv6 address', ['::1', '127.0.0.1']],
  ])('passes over %s when it is dead, after a second', async (_, addresses) => {
    const port = await listen(createServer());
    await startDeadAddress(addresses[0] ?? '', port);
    const timers = manualTimers();

    const opening = open(port, { lookup: resolving(...addresses), timers });
    await expect.poll(() => timers.scheduled.map(({ delayMs }) => delayMs)).toEqual([1_000]);
    timers.skip();

    expect((await opening).remoteAddress).toBe('127.0.0.1');
  });

  test('passes over a dead IPv4 address to a live IPv6 one', async () => {
    const port = await listen(createServer(), '::1');
    await startDeadAddress('127.0.0.2', port);
    const timers = manualTimers();

    const opening = open(port, { lookup: resolving('127.0.0.2', '::1'), timers });
    await expect.poll(() => timers.scheduled.length).toBe(1);
    timers.skip();

    expect((await opening).remoteAddress).toBe('::1');
  });

  test('goes on with a slow address while it tries the next', async () => {
    const slow = await startDeadAddress('127.0.0.2');
    await startDeadAddress('127.0.0.3', slow.port);
    const timers = manualTimers();

    const opening = open(slow.port, { lookup: resolving('127.0.0.2', '127.0.0.3'), timers });
    await expect.poll(() => timers.scheduled.length).toBe(1);
    timers.skip();
    slow.revive();

    expect((await opening).remoteAddress).toBe('127.0.0.2');
  });

  test('tries the families in turns', async () => {
    const errors = await open(1, { lookup: resolving('127.0.0.1', '127.0.0.2', '::1') }).catch(
      (error: AggregateError) => error.errors,
    );

    expect(errors).toMatchObject([{ address: '127.0.0.1' }, { address: '::1' }, { address: '127.0.0.2' }]);
  });

  test('ends with its signal when every address is dead', async () => {
    const { port } = await startDeadAddress('127.0.0.2');
    await startDeadAddress('127.0.0.3', port);
    const controller = new AbortController();
    const timers = manualTimers();

    const opening = open(port, { lookup: resolving('127.0.0.2', '127.0.0.3'), timers }, controller.signal);
    await expect.poll(() => timers.scheduled.length).toBe(1);
    controller.abort(new Error('over'));

    await expect(opening).rejects.toThrow('over');
    expect(timers.scheduled).toEqual([]);
  });

  test('ends with its signal while the name is resolved', async () => {
    const controller = new AbortController();
    const opening = open(1, { lookup: () => new Promise(() => undefined) }, controller.signal);
    controller.abort(new Error('over'));

    await expect(opening).rejects.toThrow('over');
  });

  // the requested address | the error
  test.each<[string, SocketOptions, object]>([
    ['a family that the name lacks', { ipFamily: 6, lookup: async () => [] }, { code: 'ENOTFOUND' }],
    ['the single refused address', { lookup: resolving('127.0.0.1') }, { code: 'ECONNREFUSED' }],
  ])('rejects for %s', async (_, options, error) => {
    await expect(open(1, options)).rejects.toMatchObject(error);
  });

  test('requests one family, and leaves by a local address', async () => {
    const port = await listen(createServer());
    const asked: unknown[] = [];
    const lookup: Lookup = async (_, { family }) => {
      asked.push(family);
      return [{ address: '127.0.0.1', family: 4 }];
    };

    const socket = await open(port, { lookup, localAddress: '127.0.0.9' });

    expect(socket.localAddress).toBe('127.0.0.9');
    expect(asked).toEqual([4]);
  });

  test('rejects an address of the other family', async () => {
    await expect(openSocket('127.0.0.1', 1, { ipFamily: 6 }, NEVER)).rejects.toMatchObject({
      code: 'EAFNOSUPPORT',
    });
  });
});

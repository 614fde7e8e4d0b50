import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../../hub/loopback-server.ts';

/** How a SOCKS5 proxy of a test behaves. */
export interface SocksPlan {
  /** Where every connection ends. */
  readonly port?: number;
  /** `user:password` that it requires. */
  readonly login?: string;
  /** Its reply to a request; 0 carries it. */
  readonly reply?: number;
}

/** A SOCKS5 proxy (RFC 1928). */
export interface SocksProxy {
  readonly host: string;
  /** Of each request: the target, `name:port`. */
  readonly targets: string[];
}

/** Starts a SOCKS5 proxy for one test. */
export async function startSocksProxy(plan: SocksPlan): Promise<SocksProxy> {
  const targets: string[] = [];
  const port = await listen(
    createServer((client) => void serve(client, plan, targets).catch(() => client.destroy())),
  );
  return { host: `127.0.0.1:${port}`, targets };
}

async function serve(
  client: Socket,
  { port = 1, login, reply = 0 }: SocksPlan,
  targets: string[],
): Promise<void> {
  const take = reader(client);
  const [, count = 0] = await take(2);
  const methods = await take(count);
  const method = login === undefined ? 0 : 2;
  if (!methods.includes(method)) return void client.end(Buffer.of(5, 0xff));
  client.write(Buffer.of(5, method));
  if (login !== undefined) {
    const [, userLength = 0] = await take(2);
    const user = (await take(userLength)).toString();
    const [passwordLength = 0] = await take(1);
    const isRight = `${user}:${await take(passwordLength)}` === login;
    client.write(Buffer.of(1, isRight ? 0 : 1));
    if (!isRight) return void client.end();
  }
  const [, , , type] = await take(4);
  const address =
    type === 3
      ? (await take((await take(1))[0] ?? 0)).toString()
      : (await take(type === 4 ? 16 : 4)).toString('hex');
  targets.push(`${address}:${(await take(2)).readUInt16BE()}`);
  // The answer comes in two pieces, with a name as the bound address.
  client.write(Buffer.of(5, reply, 0, 3, 1));
  client.write(Buffer.concat([Buffer.from('p'), Buffer.of(0, 0)]));
  if (reply !== 0) return void client.end();
  const target = connect(port, '127.0.0.1');
  target.on('error', () => client.destroy());
  client.pipe(target).pipe(client);
}

function reader(socket: Socket): (bytes: number) => Promise<Buffer> {
  return async (bytes) => {
    if (bytes === 0) return Buffer.alloc(0);
    for (;;) {
      const chunk: Buffer | null = socket.read(bytes);
      if (chunk) return chunk;
      await new Promise((resolve, reject) => {
        socket.once('readable', resolve).once('end', () => reject(new Error('The client has gone')));
      });
    }
  };
}

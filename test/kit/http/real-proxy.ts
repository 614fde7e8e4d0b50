import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { eventually } from '../../end-to-end/headroom-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../../end-to-end/temporary-folder.ts';
import { findProgram } from '../../find-program.ts';
import { listen } from '../../hub/loopback-server.ts';

/** How a real proxy is configured. */
export interface RealProxyPlan {
  /** The only port that CONNECT may name. */
  readonly tunnelPort: number;
  /** `user:password` that it requires. */
  readonly login?: string;
}

/** A proxy program, by the names of Debian. */
export type ProxyProgram = 'squid' | 'tinyproxy';

/** Starts a proxy on loopback for one test, with a configuration of its own; gives its host and port. */
export async function startRealProxy(program: ProxyProgram, plan: RealProxyPlan): Promise<string> {
  const folder = temporaryFolder();
  // squid leaves root for a user of its own.
  chmodSync(folder.path, 0o777);
  const port = await freePort();
  const write = program === 'squid' ? squidArguments : tinyproxyArguments;
  const child = spawn(findProgram(program) ?? program, write(folder, port, plan), { stdio: 'ignore' });
  const exited = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`${program} has ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect').finally(() => socket.destroy());
  });
  return `127.0.0.1:${port}`;
}

function squidArguments(folder: TemporaryFolder, port: number, { tunnelPort, login }: RealProxyPlan) {
  const logins = folder.write(
    'logins',
    `#!/bin/sh\nwhile read -r line; do [ "$line" = "${login?.replace(':', ' ')}" ] && echo OK || echo ERR; done\n`,
  );
  chmodSync(logins, 0o755);
  const file = folder.write(
    'squid.conf',
    [
      `http_port 127.0.0.1:${port}`,
      'pid_filename none',
      'pinger_enable off',
      'access_log none',
      `cache_log ${folder.path}/cache.log`,
      `coredump_dir ${folder.path}`,
      'cache deny all',
      ...(login === undefined ? [] : [`auth_param basic program ${logins}`, 'acl known proxy_auth REQUIRED']),
      'acl CONNECT method CONNECT',
      `acl tunnels port ${tunnelPort}`,
      'http_access deny CONNECT !tunnels',
      `http_access allow ${login === undefined ? 'localhost' : 'known'}`,
      'http_access deny all',
      '',
    ].join('\n'),
  );
  return ['-N', '-f', file];
}

function tinyproxyArguments(folder: TemporaryFolder, port: number, { tunnelPort, login }: RealProxyPlan) {
  const file = folder.write(
    'tinyproxy.conf',
    [
      `Port ${port}`,
      'Listen 127.0.0.1',
      'Allow 127.0.0.1',
      'Timeout 30',
      `LogFile "${folder.path}/tinyproxy.log"`,
      `ConnectPort ${tunnelPort}`,
      ...(login === undefined ? [] : [`BasicAuth ${login.replace(':', ' ')}`]),
      '',
    ].join('\n'),
  );
  return ['-d', '-c', file];
}

/** Gives a port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

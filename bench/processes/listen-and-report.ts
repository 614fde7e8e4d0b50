import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { endWithParent } from './end-with-parent.ts';

/** Listens on a free port of loopback and sends it to the parent. */
export function listenAndReport(server: Server): void {
  endWithParent();
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
}

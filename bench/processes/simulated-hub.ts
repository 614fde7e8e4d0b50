/** The simulator in a process of its own, so that it takes no time from its clients. */

import { systemClock } from '../../src/cli/host.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import { silentLog } from '../silent-log.ts';
import { endWithParent } from './end-with-parent.ts';

endWithParent();
const simulator = createSimulator({
  port: 0,
  // Ten thousand anonymous credentials come from one address here.
  tokenRequestsPerMinute: Number.POSITIVE_INFINITY,
  clock: systemClock,
  log: silentLog,
});
await simulator.start();
process.send?.({ port: Number(simulator.url.port) });

/** Puts load on a server from a process of its own, so that asking takes no time from answering. */
import type { Load } from '../load/load.ts';
import { runLoad } from '../load/run-load.ts';
import { endWithParent } from './end-with-parent.ts';

endWithParent();
process.on('message', async (load: Load) => {
  process.send?.(await runLoad(load));
});
process.send?.({ port: 0 });

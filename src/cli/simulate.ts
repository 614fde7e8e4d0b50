import { parseArgs } from 'node:util';
import { PROFILE_NAMES, type ProfileName } from '../simulator/profile.ts';
import { createSimulator, DEFAULT_PORT } from '../simulator/simulator.ts';
import { type Command, EXIT, whenAborted } from './command.ts';
import { createLogger } from './logger.ts';

/** `headroom simulate`: a Docker Hub of one's own on this machine. */
export const simulate: Command = {
  name: 'simulate',
  about: 'Run a Docker Hub of your own on this machine',
  async run(argv, { clock, random, stdout, stderr, stopSignal }) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        profile: { type: 'string', default: '2026' },
        listen: { type: 'string', default: `127.0.0.1:${DEFAULT_PORT}` },
      },
    });
    const log = createLogger({ level: 'info', format: 'logfmt' }, stderr);
    const { hostname, port } = new URL(`http://${values.listen}`);
    const profile = PROFILE_NAMES.find((name) => name === values.profile) as ProfileName;
    const simulator = createSimulator({ host: hostname, port: Number(port), profile, clock, random, log });
    await simulator.start();
    stdout.write(`A simulated Docker Hub is at ${simulator.url.origin}\n`);
    await whenAborted(stopSignal);
    await simulator.stop();
    return EXIT.ok;
  },
};

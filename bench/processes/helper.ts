import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of the benchmark's own: a server or a client. */
export interface Helper {
  /** What it said when it was ready: the port it listens on. */
  readonly port: number;
  /** Sends it a message and waits for its answer. */
  ask<Answer>(message: object | string): Promise<Answer>;
  stop(): Promise<void>;
}

/** The helpers, each a file of this folder. */
export type HelperName =
  | 'aged-history'
  | 'bare-events'
  | 'bare-events'
  | 'bare-express'
  | 'bare-heads'
  | 'bare-http'
  | 'canned-express'
  | 'event-listeners'
  | 'event-reader'
  | 'event-storm'
  | 'load-generator'
  | 'overview-server'
  | 'simulated-hub';

/** Starts a helper and waits until it is ready. */
export async function startHelper(name: HelperName, ...argv: string[]): Promise<Helper> {
  const child = fork(new URL(`./${name}.js`, import.meta.url), argv, {
    serialization: 'advanced',
    execArgv: ['--expose-gc'],
  });
  const { port } = await nextMessage<{ port: number }>(child, name);
  return {
    port,
    ask(message) {
      child.send(message);
      return nextMessage(child, name);
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function nextMessage<Message>(child: ChildProcess, name: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error(`A process of the benchmark has ended: ${name}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as Message);
    });
  });
}

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { createFairQueue, QueueFullError } from '../../kit/fair-queue.ts';

/**
 * Compares a password with bcrypt hashes, the user's own first. The others are there for their cost: they are computed
 * when the first one does not match, and their results are ignored.
 * @returns whether the first one matches
 */
export type ComparePassword = (password: string, hashes: readonly string[]) => Promise<boolean>;

/** Compares passwords outside the event loop. */
interface PasswordWorker {
  /** Compares one password; calls must not overlap. Rejects if the thread fails; the next call starts another thread. */
  readonly compare: ComparePassword;
  /** Ends the thread. */
  close(): Promise<void>;
}

/** The program of the thread. It is a text because Node.js 20 cannot start a thread from TypeScript, which tests need. */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const { compareSync } = require(workerData);
parentPort.on('message', ({ password, hashes: [own, ...others] }) => {
  const isCorrect = compareSync(password, own);
  if (!isCorrect) for (const hash of others) compareSync(password, hash);
  parentPort.postMessage(isCorrect);
});
`;

/**
 * Creates a worker; its thread starts with the first password. The asynchronous functions of bcryptjs are not used because they
 * block the event loop for 100 ms at a time.
 */
export function createPasswordWorker(): PasswordWorker {
  let thread: Worker | undefined;

  function start(): Worker {
    const started = new Worker(PROGRAM, {
      eval: true,
      env: {},
      execArgv: [],
      workerData: createRequire(import.meta.url).resolve('bcryptjs'),
    });
    // Without a listener an error would end the process. `once` below rejects with it.
    started.on('error', () => {
      thread = undefined;
    });
    started.unref();
    return started;
  }

  return {
    async compare(password, hashes) {
      thread ??= start();
      const answer = once(thread, 'message');
      thread.postMessage({ password, hashes });
      const [isCorrect] = await answer;
      return isCorrect === true;
    },
    async close() {
      await thread?.terminate();
      thread = undefined;
    },
  };
}

/**
 * The outcome of a check: `client_busy` when too many passwords of this client wait, `busy` when too many of all clients
 * do.
 */
export type Admission = 'admitted' | 'refused' | 'client_busy' | 'busy';

/** The parts of a request that the check of its password needs. */
interface PasswordRequest {
  readonly authorization: string | undefined;
  /** The client whose queue it waits in. */
  readonly client: string;
  /** Reports whether the client has closed the connection, so that its password needs no check. */
  isGone(): boolean;
}

/** Checks the `Authorization` header of a request. */
export type CheckPassword = (request: PasswordRequest) => Promise<Admission>;

/** The most waiting passwords of one client; a browser opens six connections at once. */
const MAX_WAITING_PER_CLIENT = 16;
/** The most waiting passwords of all clients: at a bcrypt cost of 10 they take about 5 seconds. */
const MAX_WAITING = 64;
const BASIC = /^basic ([a-z0-9+/]+=*)$/i;

interface Login {
  readonly user: string;
  readonly password: string;
}

/**
 * Creates a function that checks passwords against bcrypt hashes, one at a time, in turn between clients. A correct password is
 * stored as a keyed digest, never as text, and needs no further hashing. A wrong password costs as much work as the most expensive
 * hash, whether the user exists or not, so that the duration does not reveal user names.
 * @param digestKey random bytes; the digests of one process are of no use in another
 * @param currentUsers returns the current bcrypt hashes by user name
 */
export function createCheckPassword(
  digestKey: Buffer,
  currentUsers: () => ReadonlyMap<string, string>,
  compare: ComparePassword,
): CheckPassword {
  /** The digest of the correct password, by user name. */
  const remembered = new Map<string, string>();
  const queue = createFairQueue({ maxPerClient: MAX_WAITING_PER_CLIENT, maxTotal: MAX_WAITING });

  function digestOf({ user, password }: Login, hash: string): string {
    return createHmac('sha256', digestKey)
      .update(JSON.stringify([user, hash, password]))
      .digest('base64');
  }

  function isRemembered(login: Login): boolean {
    const hash = currentUsers().get(login.user);
    return hash !== undefined && remembered.get(login.user) === digestOf(login, hash);
  }

  function remember(login: Login, hash: string): void {
    for (const user of remembered.keys()) if (!currentUsers().has(user)) remembered.delete(user);
    remembered.set(login.user, digestOf(login, hash));
  }

  /** Reads the users again, since they may have changed while the request waited. */
  async function verify(login: Login, isGone: () => boolean): Promise<Admission> {
    if (isRemembered(login)) return 'admitted';
    const users = currentUsers();
    if (isGone() || users.size === 0) return 'refused';
    const hash = users.get(login.user);
    const isCorrect = await compare(login.password, hashesToCompare(hash, [...users.values()]));
    if (!isCorrect || hash === undefined) return 'refused';
    remember(login, hash);
    return 'admitted';
  }

  return async ({ authorization, client, isGone }) => {
    const login = parseBasic(authorization);
    if (!login) return 'refused';
    if (isRemembered(login)) return 'admitted';
    try {
      return await queue.run(client, () => verify(login, isGone));
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error;
      return error.scope === 'client' ? 'client_busy' : 'busy';
    }
  };
}

/**
 * Returns the hashes that a password is compared with: the user's own, and decoys that bring the work to that of the most
 * expensive hash. A hash of cost c takes 2^c rounds, so that decoys of c, c + 1, ... n - 1 bring it to 2^n.
 * @param own undefined for an unknown user
 * @param all the hashes of all users; at least one
 */
export function hashesToCompare(own: string | undefined, all: readonly string[]): string[] {
  const highest = Math.max(...all.map(costOf));
  if (own === undefined) return [decoyOf(highest)];
  const cost = costOf(own);
  return [own, ...Array.from({ length: highest - cost }, (_, i) => decoyOf(cost + i))];
}

/** Returns the cost of a hash: 10 for `$2y$10$...`. */
function costOf(hash: string): number {
  return Number(hash.slice(4, 6));
}

/** Returns a hash of a cost that matches no password. */
function decoyOf(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}

/** Parses the header by RFC 7617, section 2: UTF-8, the user name ends at the first colon. Undefined if it is malformed. */
function parseBasic(authorization: string | undefined): Login | undefined {
  const encoded = BASIC.exec(authorization?.trim() ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

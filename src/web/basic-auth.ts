import { createHmac } from 'node:crypto';

/** What becomes of a request, by its password: `busy` when too many passwords wait to be checked. */
export type Admission = 'admitted' | 'refused' | 'busy';

/** Decides by the `Authorization` header. */
export type CheckPassword = (
  authorization: string | undefined,
  users: ReadonlyMap<string, string>,
) => Promise<Admission>;

/** Passwords that are remembered as right; a few users with a few programs each. */
const MAX_REMEMBERED = 100;
/** Checks that may wait: one takes about 0.1 s of the processor, so that more would starve the scrapes. */
const MAX_WAITING = 16;
const BASIC = /^basic ([a-z0-9+/]+=*)$/i;

/**
 * Checks passwords against bcrypt hashes, one at a time. A right one is remembered by a keyed digest, never as text;
 * an unknown user costs as much time as a wrong password, so that the time does not tell which names exist.
 * @param digestKey random bytes; the digests of one process mean nothing in another
 */
export function createCheckPassword(digestKey: Buffer): CheckPassword {
  const remembered = new Set<string>();
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  function compareInTurn(password: string, hash: string): Promise<boolean> {
    const turn = last.then(async () => (await import('bcryptjs')).compare(password, hash));
    last = turn.catch(() => undefined);
    return turn;
  }

  return async (authorization, users) => {
    const login = parseBasic(authorization);
    if (!login) return 'refused';
    const hash = users.get(login.user);
    const digest = createHmac('sha256', digestKey)
      .update(JSON.stringify([login.user, hash, login.password]))
      .digest('base64');
    if (hash !== undefined && remembered.has(digest)) return 'admitted';
    if (waiting >= MAX_WAITING) return 'busy';
    waiting++;
    try {
      const [anyHash = ''] = users.values();
      const isRight = await compareInTurn(login.password, hash ?? anyHash);
      if (!isRight || hash === undefined) return 'refused';
    } finally {
      waiting--;
    }
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.add(digest);
    return 'admitted';
  };
}

/** RFC 7617, section 2: the user name ends at the first colon; UTF-8. */
function parseBasic(authorization: string | undefined): { user: string; password: string } | undefined {
  const encoded = BASIC.exec(authorization?.trim() ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

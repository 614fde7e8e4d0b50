import { hashSync } from 'bcryptjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type CheckPassword,
  createCheckPassword,
  createPasswordWorker,
  hashesToCompare,
} from '../../../src/web/http/basic-auth.ts';

const SESAME = hashSync('sesame', 4);

function startWorker() {
  const worker = createPasswordWorker();
  onTestFinished(() => worker.close());
  return worker;
}

describe('createPasswordWorker()', () => {
  test('compares with the first hash, whatever the others are', async () => {
    const { compare } = startWorker();
    const [, ...decoys] = hashesToCompare(SESAME, [SESAME, hashSync('x', 6)]);
    expect(decoys).toHaveLength(2);
    expect(await compare('sesame', [SESAME, ...decoys])).toBe(true);
    expect(await compare('wrong', [SESAME, ...decoys])).toBe(false);
    expect(await compare('sesame', [hashSync('other', 4), SESAME])).toBe(false);
  });

  test('reads hashes of htpasswd ($2y$)', async () => {
    expect(await startWorker().compare('sesame', [SESAME.replace('$2b$', '$2y$')])).toBe(true);
  });

  test('leaves the event loop free while it compares', async () => {
    const comparison = startWorker().compare('wrong', [hashSync('x', 4).replace('$04$', '$08$')]);
    let isDone = false;
    void comparison.then(() => {
      isDone = true;
    });
    let turns = 0;
    while (!isDone) {
      turns++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(turns).toBeGreaterThan(1);
  });

  test('rejects when the thread fails, and starts another for the next password', async () => {
    const { compare } = startWorker();
    await expect(compare('sesame', [undefined as never])).rejects.toThrow();
    expect(await compare('sesame', [SESAME])).toBe(true);
  });
});

const KEY = Buffer.alloc(32, 1);
/** Hashes as the fake comparison below reads them: the cost, then the password. */
const hashOf = (password: string, cost = 10) => `$2b$${String(cost).padStart(2, '0')}$${password}`;
const USERS = new Map([['ci', hashOf('sesame')]]);

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

/** A check by a comparison that takes no time, counts the rounds of bcrypt, and waits on demand. */
function setUp(users: ReadonlyMap<string, string> = USERS) {
  let current = users;
  let rounds = 0;
  let comparisons = 0;
  let held: Promise<void> | undefined;
  const check = createCheckPassword(
    KEY,
    () => current,
    async (password, [own = '', ...decoys]) => {
      await held;
      comparisons++;
      const isRight = own.slice(7) === password;
      const cost = (hash: string) => 2 ** Number(hash.slice(4, 6));
      rounds += cost(own) + (isRight ? 0 : decoys.reduce((sum, hash) => sum + cost(hash), 0));
      return isRight;
    },
  );
  return {
    ask: (authorization: string | undefined, client = 'here', isGone = () => false) =>
      check({ authorization, client, isGone }),
    hold() {
      let release: () => void = () => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    setUsers(next: ReadonlyMap<string, string>) {
      current = next;
    },
    roundsOf: async (authorization: string) => {
      rounds = 0;
      await check({ authorization, client: 'here', isGone: () => false });
      return rounds;
    },
    comparisons: () => comparisons,
  };
}

type Outcome = Awaited<ReturnType<CheckPassword>>;

describe('createCheckPassword()', () => {
  // Authorization header, outcome
  test.each<[string | undefined, Outcome]>([
    [basic('ci:sesame'), 'admitted'],
    [basic('ci:sesame').replace('Basic', 'bAsIc'), 'admitted'],
    [basic('ci:wrong'), 'refused'],
    [basic('ci:'), 'refused'],
    [basic('nobody:sesame'), 'refused'],
    [basic('cisesame'), 'refused'],
    ['Bearer sesame', 'refused'],
    ['Basic !!!', 'refused'],
    ['', 'refused'],
    [undefined, 'refused'],
  ])('%s is %s', async (authorization, outcome) => {
    expect(await setUp().ask(authorization)).toBe(outcome);
  });

  test('refuses a remembered password once the user has another one', async () => {
    const { ask, setUsers } = setUp();
    expect(await ask(basic('ci:sesame'))).toBe('admitted');
    setUsers(new Map([['ci', hashOf('other')]]));
    expect(await ask(basic('ci:sesame'))).toBe('refused');
    setUsers(new Map([['other', hashOf('sesame')]]));
    expect(await ask(basic('ci:sesame'))).toBe('refused');
  });

  test('refuses a waiting password whose user is removed', async () => {
    const { ask, setUsers, hold, comparisons } = setUp();
    const release = hold();
    const answers = [ask(basic('ci:wrong')), ask(basic('ci:sesame'))];
    setUsers(new Map([['other', hashOf('x')]]));
    release();
    expect(await Promise.all(answers)).toEqual(['refused', 'refused']);
    expect(comparisons()).toBe(2);
  });

  test('computes a right password once, however many requests bring it', async () => {
    const { ask, comparisons } = setUp();
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask(basic('ci:sesame'))));
    expect(new Set(answers)).toEqual(new Set(['admitted']));
    expect(await ask(basic('ci:sesame'))).toBe('admitted');
    expect(comparisons()).toBe(1);
  });

  test('caches the password of every user', async () => {
    const users = new Map(Array.from({ length: 300 }, (_, i) => [`u${i}`, hashOf('sesame')]));
    const { ask, comparisons } = setUp(users);
    for (let round = 0; round < 2; round++) {
      for (const name of users.keys()) expect(await ask(basic(`${name}:sesame`))).toBe('admitted');
    }
    expect(comparisons()).toBe(300);
  });

  test('skips a password whose client has gone', async () => {
    const { ask, comparisons } = setUp();
    await ask(basic('ci:wrong'), 'here', () => true);
    expect(comparisons()).toBe(0);
  });
});

describe('the work of a wrong password', () => {
  const users = new Map([
    ['cheap', hashOf('a', 4)],
    ['middle', hashOf('b', 8)],
    ['dear', hashOf('c', 12)],
  ]);

  test('is that of the most expensive hash, for every name', async () => {
    const { roundsOf } = setUp(users);
    for (const name of ['cheap', 'middle', 'dear', 'nobody', '']) {
      expect([name, await roundsOf(basic(`${name}:wrong`))]).toEqual([name, 2 ** 12]);
    }
  });

  test('is never that of a right one more than once', async () => {
    const { roundsOf } = setUp(users);
    expect(await roundsOf(basic('cheap:a'))).toBe(2 ** 4);
    expect(await roundsOf(basic('cheap:a'))).toBe(0);
  });

  test('is done with hashes of the usual length', () => {
    const real = `$2b$10$${'a'.repeat(53)}`;
    for (const hash of [...hashesToCompare(undefined, [real]), ...hashesToCompare(real, [real])]) {
      expect(hash).toMatch(/^\$2b\$\d\d\$[./A-Za-z0-9]{53}$/);
    }
  });
});

describe('a flood of wrong passwords', () => {
  const flood = (ask: ReturnType<typeof setUp>['ask'], count: number, client: string) =>
    Array.from({ length: count }, (_, i) => ask(basic(`ci:wrong${i}`), client));

  test('does not delay a remembered user', async () => {
    const { ask, hold, comparisons } = setUp();
    await ask(basic('ci:sesame'));
    const release = hold();
    const answers = flood(ask, 50, 'attacker');
    expect(await ask(basic('ci:sesame'), 'attacker')).toBe('admitted');
    expect(comparisons()).toBe(1);
    release();
    await Promise.all(answers);
  });

  test('fills the places of its own client, and delays another one by two checks', async () => {
    const { ask, hold, comparisons } = setUp();
    const release = hold();
    const answers = flood(ask, 40, 'attacker');
    let checksBefore = 0;
    const right = ask(basic('ci:sesame'), 'prometheus').then((outcome) => {
      checksBefore = comparisons() - 1;
      return outcome;
    });
    release();
    expect(await right).toBe('admitted');
    expect(checksBefore).toBeLessThanOrEqual(2);
    const outcomes = await Promise.all(answers);
    expect(outcomes.filter((outcome) => outcome === 'client_busy')).toHaveLength(23);
  });

  test('from many addresses leaves a place for one more', async () => {
    const { ask, hold } = setUp();
    const release = hold();
    const answers = ['a', 'b', 'c', 'd', 'e'].flatMap((client) => flood(ask, 16, client));
    const right = ask(basic('ci:sesame'), 'prometheus');
    release();
    expect(await right).toBe('admitted');
    const outcomes = await Promise.all(answers);
    expect(outcomes).toContain('busy');
    expect(outcomes).not.toContain('admitted');
  });
});

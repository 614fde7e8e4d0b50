import { hashSync } from 'bcryptjs';
import { describe, expect, test } from 'vitest';
import { createCheckPassword } from '../../src/web/basic-auth.ts';

const USERS = new Map([['ci', hashSync('sesame', 4)]]);
const KEY = Buffer.alloc(32, 1);

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

describe('createCheckPassword()', () => {
  // Authorization header, what becomes of it
  test.each([
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
  ])('%s is %s', async (authorization, admission) => {
    expect(await createCheckPassword(KEY)(authorization, USERS)).toBe(admission);
  });

  test('refuses a remembered password once the user has another one', async () => {
    const check = createCheckPassword(KEY);
    expect(await check(basic('ci:sesame'), USERS)).toBe('admitted');
    expect(await check(basic('ci:sesame'), new Map([['ci', hashSync('other', 4)]]))).toBe('refused');
    expect(await check(basic('ci:sesame'), new Map())).toBe('refused');
  });

  test('answers a remembered password while a flood of wrong ones is being checked', async () => {
    const check = createCheckPassword(KEY);
    await check(basic('ci:sesame'), USERS);
    const flood = Array.from({ length: 50 }, (_, i) => check(basic(`ci:wrong${i}`), USERS));
    let settled = 0;
    for (const admission of flood) void admission.then(() => settled++);
    expect(await check(basic('ci:sesame'), USERS)).toBe('admitted');
    expect(settled).toBeLessThan(50);
    const admissions = await Promise.all(flood);
    expect(admissions.filter((admission) => admission === 'busy')).toHaveLength(34);
  });

  test('remembers no more than it needs to, and still admits', async () => {
    const users = new Map(Array.from({ length: 120 }, (_, i) => [`u${i}`, USERS.get('ci') ?? '']));
    const check = createCheckPassword(KEY);
    for (const name of users.keys()) expect(await check(basic(`${name}:sesame`), users)).toBe('admitted');
    expect(await check(basic('u0:sesame'), users)).toBe('admitted');
  });
});

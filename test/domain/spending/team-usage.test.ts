import { describe, expect, test } from 'vitest';
import type { TeamOf } from '../../../src/domain/spending/owners.ts';
import { createTeamUsage } from '../../../src/domain/spending/team-usage.ts';
import type { UsageSum } from '../../../src/domain/spending/usage-store.ts';

const HOUR_MS = 3_600_000;
const AT = Date.UTC(2026, 10, 29, 9);

function sum(user: string, pulls: number, addresses: readonly string[] = []): UsageSum {
  return { user, repository: 'library/nginx', token: '', addresses, pulls };
}

const teamOf: TeamOf = ({ user = '', address }) => (address === '10.0.0.1' ? 'data' : user);

describe('createTeamUsage()', () => {
  test('sums hours by team, and replaces an hour that is set again', () => {
    const usage = createTeamUsage();
    usage.setHour(0, [sum('rosa', 100)], teamOf);
    usage.setHour(AT + HOUR_MS, [sum('rosa', 1)], teamOf);
    usage.setHour(AT, [sum('rosa', 2), sum('ci', 3, ['10.0.0.1', '10.0.0.2'])], teamOf);
    usage.setHour(AT, [sum('rosa', 4), sum('ci', 3, ['10.0.0.1', '10.0.0.2'])], teamOf);
    expect(usage.totals().size).toBe(0);
    usage.publish();
    expect(Object.fromEntries(usage.totals())).toEqual({ rosa: 105, data: 2, ci: 1 });
    expect(usage.hoursOf('rosa')).toEqual([
      { at: AT, pulls: 4 },
      { at: AT + HOUR_MS, pulls: 1 },
    ]);
    expect(usage.known()).toEqual({ from: AT, to: AT + 2 * HOUR_MS });
  });

  test('has no end without hours', () => {
    const usage = createTeamUsage();
    usage.setHour(0, [sum('rosa', 100)], teamOf);
    expect(usage.known()).toBeUndefined();
  });

  test('shows at most 100 teams and the others as one; a team that is shown stays', () => {
    const usage = createTeamUsage();
    const users = Array.from({ length: 150 }, (_, i) => sum(`user-${i}`, 1_000 - i));
    usage.setHour(AT, users, teamOf);
    usage.publish();
    expect(usage.totals().size).toBe(101);
    const others = users.slice(100).reduce((total, { pulls }) => total + pulls, 0);
    expect(usage.totals().get('other')).toBe(others);
    usage.setHour(AT + HOUR_MS, [sum('user-149', 5_000)], teamOf);
    usage.publish();
    expect([...usage.totals().keys()]).not.toContain('user-149');
    expect(usage.totals().get('other')).toBe(others + 5_000);
  });
});

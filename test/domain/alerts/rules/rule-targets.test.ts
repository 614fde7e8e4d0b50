import { describe, expect, test } from 'vitest';
import {
  addressTargets,
  appliesTo,
  bucketTargets,
  credentialTargets,
  hubTarget,
  loginTargets,
  type RuleTarget,
} from '../../../../src/domain/alerts/rules/rule-targets.ts';
import { parseSource } from '../../../../src/domain/rate-limit.ts';
import { ruleOf } from '../rule-of.ts';
import { accountAlert } from '../sample-alerts.ts';
import { left, snapshotWith } from '../snapshots.ts';

const ACCOUNT = left(5, { source: parseSource('acme') });
const UNNAMED = left(5, { source: undefined });

const anonymous = snapshotWith({ name: 'anonymous', known: left(5) });
const neighbour = snapshotWith({ name: 'neighbour', known: left(4) });
const ci = snapshotWith({ name: 'ci', hasLogin: true, known: ACCOUNT, route: 'proxy' });
const release = snapshotWith({ name: 'release', hasLogin: true, known: ACCOUNT });
const silent = snapshotWith({ name: 'silent', known: UNNAMED });
const fresh = snapshotWith({ name: 'fresh', hasLogin: true, route: 'proxy' });
const ALL = [anonymous, ci, neighbour, release, silent, fresh];

/** Each target as its subject, and who is in it. */
function outline(targets: readonly RuleTarget[]): string[] {
  return targets.map(({ subject, members }) => {
    return `${subject.kind} ${subject.key}: ${members.map(({ name }) => name).join(' ')}`;
  });
}

describe('appliesTo()', () => {
  // what the rule looks at, whether it looks at ci, which draws on acme
  test.each([
    [{}, true],
    [{ credentials: ['ci', 'web'] }, true],
    [{ credentials: ['web'] }, false],
    [{ sources: ['acme'] }, true],
    [{ sources: ['203.0.113.9'] }, false],
    [{ credentials: ['ci'], sources: ['203.0.113.9'] }, false],
  ])('by %j', (looksAt, watched) => {
    expect(appliesTo(ruleOf(looksAt), ci)).toBe(watched);
  });

  test('does not match sources of a credential without a source', () => {
    expect(appliesTo(ruleOf({ sources: ['acme'] }), fresh)).toBe(false);
  });
});

describe('bucketTargets()', () => {
  test('joins the credentials of one source, and keeps those without a source separate', () => {
    expect(outline(bucketTargets(ruleOf(), ALL))).toEqual([
      'bucket source 203.0.113.9: anonymous neighbour',
      'bucket source acme: ci release',
      'bucket credential silent: silent',
      'bucket credential fresh: fresh',
    ]);
  });

  test('names every credential of a bucket if the rule applies to one of them', () => {
    expect(outline(bucketTargets(ruleOf({ credentials: ['release'] }), ALL))).toEqual([
      'bucket source acme: ci release',
    ]);
  });
});

test('loginTargets() leaves out credentials without a login', () => {
  expect(outline(loginTargets(ruleOf(), ALL))).toEqual([
    'credential credential ci: ci',
    'credential credential release: release',
    'credential credential fresh: fresh',
  ]);
});

test('credentialTargets() returns one target for each credential', () => {
  expect(outline(credentialTargets(ruleOf({ credentials: ['anonymous', 'ci'] }), ALL))).toEqual([
    'credential credential anonymous: anonymous',
    'credential credential ci: ci',
  ]);
});

describe('addressTargets()', () => {
  test('separates addresses by route, and names one by its address if a credential is metered by it', () => {
    expect(outline(addressTargets(ruleOf(), ALL, []))).toEqual([
      'bucket source 203.0.113.9: anonymous neighbour release silent',
      'credential address of ci: ci fresh',
    ]);
  });

  test('goes on with the subject of an alert that is not over', () => {
    const open = accountAlert('198.51.100.4', { credentials: ['fresh'] });
    expect(outline(addressTargets(ruleOf(), [ci, fresh], [open]))).toEqual([
      'bucket source 198.51.100.4: ci fresh',
    ]);
  });
});

describe('the source of a blocked address', () => {
  const drained = snapshotWith({
    name: 'drained',
    hasLogin: true,
    known: left(0, { source: parseSource('drained') }),
  });
  const blocked = snapshotWith({ name: 'blocked', hasLogin: true });
  const sourceOf = (snapshots: readonly (typeof drained)[], open = [] as ReturnType<typeof accountAlert>[]) =>
    addressTargets(ruleOf({ condition: { when: 'blocked' } }), snapshots, open).map(
      ({ subject }) => subject.source,
    );

  test('is none where only accounts are known of the credentials that share it', () => {
    expect(sourceOf([drained, blocked])).toEqual([undefined]);
  });

  test('is the address where one of them is metered by it, whatever the order', () => {
    const address = parseSource('203.0.113.9');
    expect([sourceOf([drained, anonymous, blocked]), sourceOf([anonymous, drained])]).toEqual([
      [address],
      [address],
    ]);
  });

  test('is the address that a downgraded login was metered by', () => {
    const downgraded = snapshotWith({ name: 'd', hasLogin: true, known: left(5, { downgraded: true }) });
    expect(sourceOf([drained, downgraded])).toEqual([parseSource('203.0.113.9')]);
  });

  test('is dropped from an alert that version 0.1.0 stored with the account of another credential', () => {
    const subject = {
      kind: 'credential',
      key: 'address of drained',
      source: parseSource('drained'),
    } as const;
    const open = accountAlert('x', { subject, credentials: ['blocked'] });
    expect(sourceOf([drained, blocked], [open])).toEqual([undefined]);
  });

  test('is not taken from the alert of a locked login behind the same address', () => {
    const subject = {
      kind: 'credential',
      key: 'credential blocked',
      source: parseSource('blocked'),
    } as const;
    const open = accountAlert('x', { subject, credentials: ['blocked'] });
    expect(outline(addressTargets(ruleOf(), [drained, blocked], [open]))).toEqual([
      'credential address of drained: drained blocked',
    ]);
  });
});

describe('the source of a login', () => {
  const ofLogins = (when: 'blocked' | 'rejected' | 'downgraded', login: typeof ci) =>
    loginTargets(ruleOf({ condition: { when } }), [login]).map(({ subject }) => subject.source?.value);
  const atAddress = snapshotWith({ name: 'ci', hasLogin: true, known: left(5, { downgraded: true }) });

  test.each(['blocked', 'rejected'] as const)('is its own account or nothing where it is %s', (when) => {
    expect([...ofLogins(when, ci), ...ofLogins(when, fresh), ...ofLogins(when, atAddress)]).toEqual([
      'acme',
      undefined,
      undefined,
    ]);
  });

  test('is the address where that is the news', () => {
    expect(ofLogins('downgraded', atAddress)).toEqual(['203.0.113.9']);
  });
});

describe('hubTarget()', () => {
  test('contains every credential to which the rule applies', () => {
    const target = hubTarget(ruleOf({ credentials: ['ci', 'silent'] }), ALL);
    expect(target && outline([target])).toEqual(['hub hub: ci silent']);
  });

  test('is undefined if the rule applies to no credential', () => {
    expect(hubTarget(ruleOf({ credentials: ['gone'] }), ALL)).toBeUndefined();
  });
});

import { describe, expect, test } from 'vitest';
import {
  createAttemptLedger,
  type LedgerPorts,
  type PodEvent,
} from '../../../src/domain/spending/attempt-ledger.ts';
import type { PullAttempt } from '../../../src/domain/spending/pull-attempt.ts';

const AT = 1_764_000_000_000;
const NODE = 'node-1';

function open(changes: Partial<LedgerPorts> = {}) {
  const ledger = createAttemptLedger({
    cluster: 'prod',
    credential: 'anonymous',
    mirrorHosts: ['mirror.example.com:5000', 'harbor.example.com/hub'],
    podOf: ({ pod }) => ({ workload: `Pod/${pod}`, labels: {}, credential: undefined }),
    runtimeOf: () => undefined,
    ...changes,
  });
  const all = new Map<string, PullAttempt>();
  let order = 0;
  /** Sends one event about a container of a pod. */
  function event(changed: Partial<PodEvent> & Pick<PodEvent, 'reason' | 'message'>): PodEvent {
    order += 1;
    const at = changed.lastAt ?? AT + order * 1_000;
    return {
      uid: `e${order}`,
      count: 1,
      namespace: 'shop',
      pod: 'web',
      podUid: 'p1',
      container: 'app',
      node: NODE,
      firstAt: at,
      lastAt: at,
      order,
      ...changed,
    };
  }
  function send(...events: readonly PodEvent[]): readonly PullAttempt[] {
    const { attempts } = ledger.count(events);
    for (const attempt of attempts) all.set(attempt.key, attempt);
    return attempts;
  }
  const pulling = (image: string, changed: Partial<PodEvent> = {}) =>
    event({ reason: 'Pulling', message: `Pulling image "${image}"`, ...changed });
  const pulled = (image: string, changed: Partial<PodEvent> & { bytes?: number; waited?: boolean } = {}) => {
    const { bytes = 9_000, waited = false, ...rest } = changed;
    const message = `Successfully pulled image "${image}" in 50ms (${waited ? 950 : 50}ms including waiting). Image size: ${bytes} bytes.`;
    return event({ reason: 'Pulled', message, ...rest });
  };
  const failed = (image: string, error: string, changed: Partial<PodEvent> = {}) =>
    event({ reason: 'Failed', message: `Failed to pull image "${image}": ${error}`, ...changed });
  /** Pulls an image as one pod, one event after the other. */
  function pull(
    image: string,
    changed: Partial<PodEvent> & { bytes?: number } = {},
  ): PullAttempt | undefined {
    send(pulling(image, changed));
    return send(pulled(image, changed)).at(-1);
  }
  const listed = (images: readonly { key: string; bytes: number | undefined }[] = [], at = AT) =>
    ledger.nodes.list(NODE, { images, isComplete: true, at });
  return { ledger, all, event, send, pulling, pulled, failed, pull, listed };
}

const REFUSED = 'failed to resolve reference "docker.io/library/nginx:1": 429 Too Many Requests';
const REFUSED_LATER = `failed to copy: manifests/sha256:${'0'.repeat(64)}: 429 Too Many Requests - toomanyrequests: You have reached your pull rate limit`;

describe('createAttemptLedger()', () => {
  test('records an attempt from its start to its end', () => {
    const { send, pulling, pulled, listed } = open();
    listed();

    const [started] = send(pulling('nginx:1'));
    const [ended] = send(pulled('nginx:1'));

    expect(started).toEqual({
      key: 'prod/p1/e1/1',
      cluster: 'prod',
      namespace: 'shop',
      pod: 'web',
      workload: 'Pod/web',
      container: 'app',
      node: NODE,
      image: 'docker.io/library/nginx:1',
      credential: 'anonymous',
      labels: {},
      startedAt: AT + 1_000,
      endedAt: undefined,
      outcome: 'open',
      refusal: undefined,
      attempts: 1,
      pulls: { low: 0, high: 2 },
      imageBytes: undefined,
    });
    expect(ended).toEqual({
      ...started,
      endedAt: AT + 2_000,
      outcome: 'pulled',
      pulls: { low: 2, high: 2 },
      imageBytes: 9_000,
    });
  });

  describe('prices', () => {
    test('an official image that the node does not have at 2', () => {
      const { pull, listed } = open();
      listed([{ key: 'docker.io/library/redis:8', bytes: 5 }]);

      expect(pull('nginx:1')?.pulls).toEqual({ low: 2, high: 2 });
    });

    test('an image of unknown form at 1 to 2, and on a node of which nothing is known at 0 to 2', () => {
      const known = open();
      known.listed();

      expect(known.pull('acme/app:1')?.pulls).toEqual({ low: 1, high: 2 });
      expect(open().pull('acme/app:1')?.pulls).toEqual({ low: 0, high: 2 });
    });

    test('a second pull of an image at 0', () => {
      const { pull } = open();
      pull('nginx:1');

      expect(pull('docker.io/library/nginx:1', { podUid: 'p2' })?.pulls).toEqual({ low: 0, high: 0 });
      expect(pull('registry-1.docker.io/library/nginx:1', { podUid: 'p3' })?.pulls).toEqual({
        low: 0,
        high: 0,
      });
    });

    test('a tag that has moved at its full price', () => {
      const { pull } = open();
      pull('nginx:1');

      expect(pull('nginx:1', { podUid: 'p2', bytes: 9_001 })?.pulls).toEqual({ low: 2, high: 2 });
      expect(pull('nginx:1', { podUid: 'p3', bytes: 9_001 })?.pulls).toEqual({ low: 0, high: 0 });
    });

    test('another tag of the same size as a range, because the content may be shared', () => {
      const { pull, listed } = open();
      listed();
      pull('nginx:1');

      expect(pull('nginx:1.29', { podUid: 'p2' })?.pulls).toEqual({ low: 0, high: 2 });
      expect(pull('nginx:1.30', { podUid: 'p3', bytes: 8 })?.pulls).toEqual({ low: 2, high: 2 });
    });

    test.each([
      { waited: true, pulls: { low: 0, high: 0 }, because: 'the second waited for the first' },
      { waited: false, pulls: { low: 0, high: 2 }, because: 'both ran at once' },
    ])('pulls that overlap at $pulls.low to $pulls.high if $because', ({ waited, pulls }) => {
      const { send, pulling, pulled, listed } = open();
      listed();
      send(pulling('nginx:1'), pulling('nginx:1', { podUid: 'p2' }));
      const [first] = send(pulled('nginx:1'));
      const [second] = send(pulled('nginx:1', { podUid: 'p2', waited }));

      expect([first?.pulls, second?.pulls]).toEqual([{ low: 2, high: 2 }, pulls]);
    });

    test('a second pull by CRI-O at 1 to 2', () => {
      const { pull, listed } = open({ runtimeOf: () => ({ runtime: 'crio', requestsAgain: true }) });
      listed();
      pull('nginx:1');

      expect(pull('nginx:1', { podUid: 'p2' })?.pulls).toEqual({ low: 1, high: 2 });
    });

    test('an image that the status of the node lists at 0, if it was there before the pull', () => {
      const { pull, listed } = open();
      listed([{ key: 'docker.io/library/nginx:1', bytes: 9_000 }]);

      expect(pull('nginx:1')?.pulls).toEqual({ low: 0, high: 0 });

      listed([{ key: 'docker.io/library/redis:8', bytes: 9_000 }], AT + 900_000);
      expect(pull('redis:8', { firstAt: AT, lastAt: AT })?.pulls).toEqual({ low: 0, high: 2 });
    });

    test('an image that is present at nothing', () => {
      const { send, event } = open();
      const message = 'Container image "nginx:1" already present on machine';

      expect(send(event({ reason: 'Pulled', message }))[0]).toMatchObject({
        outcome: 'present',
        pulls: { low: 0, high: 0 },
      });
    });

    test('images of mirrors from 0, and of other registries at nothing', () => {
      const { pull, listed } = open();
      listed();

      expect(pull('mirror.example.com:5000/library/nginx:1')).toMatchObject({
        credential: 'anonymous',
        pulls: { low: 0, high: 2 },
      });
      expect(pull('harbor.example.com/hub/nginx:1')?.credential).toBe('anonymous');
      expect(pull('harbor.example.com/hubris/nginx:1')).toMatchObject({
        credential: '',
        pulls: { low: 0, high: 0 },
      });
      expect(pull('ghcr.io/acme/app:1')).toMatchObject({ credential: '', pulls: { low: 0, high: 0 } });
    });
  });

  describe('refusals', () => {
    test.each([
      { image: 'nginx:1', error: REFUSED, refusal: 'pull_limit', high: 0 },
      { image: 'nginx:1', error: REFUSED_LATER, refusal: 'pull_limit', high: 1 },
      { image: 'ghcr.io/acme/app:1', error: REFUSED, refusal: 'other_registry', high: 0 },
    ])('$refusal of $image costs at most $high', ({ image, error, refusal, high }) => {
      const { send, pulling, failed } = open();
      send(pulling(image));

      expect(send(failed(image, error))[0]).toMatchObject({
        outcome: 'refused',
        refusal,
        pulls: { low: 0, high },
      });
    });

    test('a pull after a refusal in the middle may cost less', () => {
      const { send, pull, pulling, failed, listed } = open();
      listed();
      send(pulling('nginx:1'), failed('nginx:1', REFUSED_LATER));

      expect(pull('nginx:1')?.pulls).toEqual({ low: 1, high: 2 });
    });

    test('another failure is none', () => {
      const { send, pulling, failed } = open();
      send(pulling('nginx:1'));

      expect(send(failed('nginx:1', 'failed to resolve reference: not found'))[0]).toMatchObject({
        outcome: 'failed',
        refusal: undefined,
        pulls: { low: 0, high: 0 },
      });
    });
  });

  describe('counts each event once', () => {
    test('if it arrives again', () => {
      const { send, pulling } = open();
      const event = pulling('nginx:1');
      send(event);

      expect(send(event)).toEqual([]);
    });

    test('if it is repeated while nothing was received', () => {
      const { send, all, pulling, failed } = open();
      send(pulling('nginx:1', { uid: 'a' }), failed('nginx:1', REFUSED, { uid: 'b' }));
      send(
        failed('nginx:1', REFUSED, { uid: 'b', count: 4, lastAt: AT + 90_000 }),
        pulling('nginx:1', { uid: 'a', count: 5, firstAt: AT, lastAt: AT + 100_000 }),
      );

      expect([...all.values()].map(({ outcome }) => outcome).sort()).toEqual([
        'open',
        'refused',
        'refused',
        'refused',
        'refused',
      ]);
      expect([...all.keys()].sort()).toEqual([1, 2, 3, 4, 5].map((number) => `prod/p1/a/${number}`));
    });

    test('over a restart in the middle', () => {
      const first = open();
      first.listed();
      const pulling = first.pulling('nginx:1');
      const before = first.ledger.count([pulling]);
      const second = open();
      second.listed();
      second.ledger.restore(before.attempts, before.events);

      expect(second.send(pulling)).toEqual([]);
      expect(second.send({ ...second.pulled('nginx:1'), uid: 'end', order: 9 })).toMatchObject([
        { key: before.attempts[0]?.key, outcome: 'pulled', pulls: { low: 2, high: 2 } },
      ]);
    });

    test('knows after a restart what a node has', () => {
      const first = open();
      const attempt = first.pull('nginx:1');
      const second = open();
      second.ledger.restore(attempt ? [attempt] : [], []);

      expect(second.pull('nginx:1', { podUid: 'p2' })?.pulls).toEqual({ low: 0, high: 0 });
    });

    test('if only its end was seen', () => {
      const { send, failed } = open();

      expect(send(failed('nginx:1', REFUSED, { count: 3 }))).toMatchObject([
        { attempts: 3, outcome: 'refused' },
      ]);
    });

    test('lists at most 100 attempts of an event one by one', () => {
      const { send, pulling } = open();
      const attempts = send(pulling('nginx:1', { count: 1_000 }));

      expect(attempts).toHaveLength(100);
      expect(attempts.reduce((sum, { attempts: number }) => sum + number, 0)).toBe(1_000);
    });
  });
});

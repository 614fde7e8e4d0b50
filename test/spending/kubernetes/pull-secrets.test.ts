import { describe, expect, test } from 'vitest';
import type { Login } from '../../../src/domain/credential.ts';
import type { KubernetesApi } from '../../../src/kit/kubernetes/api-client.ts';
import { Secret } from '../../../src/kit/secret.ts';
import { createPullSecrets, pullSecretsOf } from '../../../src/spending/kubernetes/pull-secrets.ts';

const SIGNAL = new AbortController().signal;

function credential(name: string, username: string) {
  const login: Login = { kind: 'password', username, password: new Secret('hunter2') };
  return {
    identity: { name, hasLogin: true, fingerprint: '' },
    readLogin: () => Promise.resolve(login),
  };
}

/** An API server on which every secret has the login of `acmeci`, or which cannot be reached. */
function setUp() {
  const auth = Buffer.from('acmeci:hunter2').toString('base64');
  const text = JSON.stringify({ auths: { 'docker.io': { auth } } });
  const secret = {
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(text).toString('base64') },
  };
  const state = {
    isReachable: true,
    now: 0,
    requests: 0,
    credentials: [credential('ci', 'acmeci')],
    errors: [] as unknown[],
  };
  const api: KubernetesApi = {
    get() {
      state.requests += 1;
      return state.isReachable ? Promise.resolve(secret) : Promise.reject(new Error('no connection'));
    },
    watch: () => {
      throw new Error('Secrets are not watched');
    },
  };
  const secrets = createPullSecrets({
    credentials: () => state.credentials,
    onState: (error) => state.errors.push(error),
    clock: { now: () => state.now },
  });
  return { state, secrets, read: (...names: string[]) => secrets.read(api, names, SIGNAL) };
}

describe('createPullSecrets()', () => {
  test('keeps at most 10,000 secrets, the newest', async () => {
    const { secrets, read } = setUp();
    await read(...Array.from({ length: 10_001 }, (_, index) => `shop/${index}`));

    expect(secrets.credentialOf(['shop/0'])).toBeUndefined();
    expect(secrets.credentialOf(['shop/1'])).toBe('ci');
    expect(secrets.credentialOf(['shop/10000'])).toBe('ci');
  });

  test('forgets secrets that are not needed for 10 minutes', async () => {
    const { state, secrets, read } = setUp();
    await read('shop/a');
    state.now = 600_000;
    await read('shop/b');

    expect(secrets.credentialOf(['shop/a'])).toBeUndefined();
  });

  test('compares with the logins of a new configuration', async () => {
    const { state, secrets, read } = setUp();
    await read('shop/a');
    state.credentials = [credential('renamed', 'acmeci')];
    await read('shop/a');

    expect(secrets.credentialOf(['shop/a'])).toBe('renamed');
    expect(state.requests).toBe(1);
  });

  test('without a connection tries one secret of a batch, and again a minute later', async () => {
    const { state, secrets, read } = setUp();
    state.isReachable = false;
    await read('shop/a', 'shop/b');
    expect(state.requests).toBe(1);
    expect(state.errors).toHaveLength(1);

    state.isReachable = true;
    state.now = 60_000;
    await read('shop/a', 'shop/b');
    expect(secrets.credentialOf(['shop/b'])).toBe('ci');
    expect(state.requests).toBe(3);
    expect(state.errors).toEqual([new Error('no connection'), undefined]);
  });
});

test.each([
  [
    { spec: { imagePullSecrets: [{ name: 'a' }, { name: '' }, {}, null, { name: 'b' }] } },
    ['shop/a', 'shop/b'],
  ],
  [{ spec: { imagePullSecrets: 'a' } }, []],
  [{}, []],
])('pullSecretsOf() of %j', (pod, expected) => {
  expect(pullSecretsOf({ metadata: { namespace: 'shop' }, ...pod })).toEqual(expected);
});

import { describe, expect, test } from 'vitest';
import { parsePullMessage } from '../../../src/domain/spending/pull-message.ts';

const HUB = 'https://registry-1.docker.io/v2/library/redis/manifests';
const DIGEST = `sha256:${'0'.repeat(64)}`;
const LIMIT =
  'toomanyrequests: You have reached your pull rate limit. https://www.docker.com/increase-rate-limit';

describe('parsePullMessage()', () => {
  test.each([
    ['Pulling', 'Pulling image "nginx:1.29"', { kind: 'pulling', image: 'nginx:1.29' }],
    ['Pulling', 'pulling image "nginx"', { kind: 'pulling', image: 'nginx' }],
    ['Pulling', 'spec.containers{a}: Pulling image "nginx"', { kind: 'pulling', image: 'nginx' }],
    [
      'Pulled',
      'Successfully pulled image "nginx:1.29" in 233ms (233ms including waiting). Image size: 9232 bytes.',
      { kind: 'pulled', image: 'nginx:1.29', hasWaited: false, imageBytes: 9_232 },
    ],
    [
      'Pulled',
      'Successfully pulled image "redis:8" in 25ms (1m2.5s including waiting). Image size: 9229 bytes.',
      { kind: 'pulled', image: 'redis:8', hasWaited: true, imageBytes: 9_229 },
    ],
    [
      'Pulled',
      'Successfully pulled image "redis:8" in 1.5s (1.501s including waiting)',
      { kind: 'pulled', image: 'redis:8', hasWaited: false, imageBytes: undefined },
    ],
    [
      'Pulled',
      '(combined from similar events): Successfully pulled image "redis:8" in 2.3s',
      { kind: 'pulled', image: 'redis:8', hasWaited: false, imageBytes: undefined },
    ],
    [
      'Pulled',
      'Successfully pulled image "redis:8"',
      { kind: 'pulled', image: 'redis:8', hasWaited: false, imageBytes: undefined },
    ],
    ['Pulled', 'Container image "redis:8" already present on machine', { kind: 'present', image: 'redis:8' }],
    [
      'Pulled',
      'Container image "redis:8" already present on machine and can be accessed by the pod',
      { kind: 'present', image: 'redis:8' },
    ],
    ['BackOff', 'Back-off pulling image "redis:8"', { kind: 'back-off', image: 'redis:8' }],
    ['BackOff', 'Back-off restarting failed container a in pod p_n(u)', undefined],
    ['Failed', 'Error: ErrImagePull', undefined],
    ['Failed', 'Error: ImagePullBackOff', undefined],
    ['Failed', 'Error: failed to create containerd task', undefined],
    ['Created', 'Pulling image "nginx"', undefined],
  ])('reads %s: %s', (reason, message, expected) => {
    expect(parsePullMessage(reason, message)).toEqual(expected);
  });

  /** The error of the runtime; the reason of the refusal; whether no manifest was sent before it. */
  test.each([
    [
      `failed to pull and unpack image "docker.io/library/redis:7": failed to copy: httpReadSeeker: failed open: unexpected status code ${HUB}/${DIGEST}: 429 Too Many Requests - Server message: ${LIMIT}`,
      'pull_limit',
      false,
    ],
    [
      `failed to copy: httpReadSeeker: failed open: unexpected status from GET request to ${HUB}/${DIGEST}: 429 Too Many Requests\n${LIMIT}`,
      'pull_limit',
      false,
    ],
    [
      `failed to resolve reference "docker.io/library/redis:7": unexpected status from HEAD request to ${HUB}/latest: 429 Too Many Requests`,
      'pull_limit',
      true,
    ],
    [
      'failed to resolve reference "docker.io/library/redis:8": pulling from host 127.0.0.1:5429 failed with status code [manifests 8]: 429 Too Many Requests',
      'pull_limit',
      true,
    ],
    [
      `initializing source docker://redis:7: reading manifest 7 in docker.io/library/redis: ${LIMIT}`,
      'pull_limit',
      true,
    ],
    [
      `copying system image from manifest list: reading manifest ${DIGEST} in docker.io/library/redis: ${LIMIT}`,
      'pull_limit',
      false,
    ],
    [
      'Error response from daemon: error from registry: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
      'pull_limit',
      true,
    ],
    ['toomanyrequests: too many failed login attempts for username or IP address', 'login', true],
    [
      'failed to authorize: failed to fetch oauth token: unexpected status: 429 Too Many Requests',
      'abuse',
      true,
    ],
    [
      'toomanyrequests: Too Many Requests. Please see https://docs.docker.com/docker-hub/download-rate-limit/',
      'abuse',
      true,
    ],
    [
      'error parsing HTTP 429 response body: invalid character \'T\': "Too Many Requests (HAP429)."',
      'abuse',
      true,
    ],
    [
      'failed to resolve reference "docker.io/library/nginx:nope": docker.io/library/nginx:nope: not found',
      undefined,
      true,
    ],
    [
      'failed to resolve reference "docker.io/a/b:1": pull access denied, repository does not exist',
      undefined,
      true,
    ],
    ['no match for platform in manifest: not found', undefined, false],
    ['failed to copy: httpReadSeeker: failed open: unexpected EOF', undefined, false],
    ['context deadline exceeded', undefined, false],
  ])('classifies %s', (error, refusal, isFree) => {
    expect(parsePullMessage('Failed', `Failed to pull image "redis:8": ${error}`)).toEqual({
      kind: 'failed',
      image: 'redis:8',
      refusal,
      isFree,
    });
  });
});

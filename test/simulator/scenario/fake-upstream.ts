import type { Child, ManifestAnswer, Upstream } from '../../../src/simulator/scenario/runtime.ts';

/** An upstream with one index, `library/nginx:latest`, that records its requests. */
export interface FakeUpstream extends Upstream {
  /** `GET latest`, `HEAD 1.29`, `GET sha256:image`, in order. */
  readonly asked: string[];
  /** What it answers from now on in place of manifests; undefined: manifests. */
  answer: ManifestAnswer | undefined;
}

const LINUX = { os: 'linux', architecture: 'amd64' };
const MANIFESTS = new Map<string, readonly Child[] | undefined>([
  ['sha256:index', [{ digest: 'sha256:image', platform: LINUX }]],
  ['sha256:image', undefined],
  ['sha256:windows', [{ digest: 'sha256:w', platform: { ...LINUX, os: 'windows' } }]],
]);

/** Tags: `latest` and `1.29` are the index, `single` is its image, `windows` has nothing for Linux. A GET costs 1. */
export function createFakeUpstream(): FakeUpstream {
  const tags = new Map([
    ['latest', 'sha256:index'],
    ['1.29', 'sha256:index'],
    ['single', 'sha256:image'],
    ['windows', 'sha256:windows'],
  ]);
  const fake: FakeUpstream = {
    asked: [],
    answer: undefined,
    manifest(method, _repository, reference) {
      fake.asked.push(`${method} ${reference}`);
      if (fake.answer) return fake.answer;
      const digest = tags.get(reference) ?? reference;
      if (!MANIFESTS.has(digest)) return { kind: 'failed', pulls: 0 };
      return method === 'HEAD'
        ? { kind: 'found', digest, children: undefined, pulls: 0 }
        : { kind: 'found', digest, children: MANIFESTS.get(digest), pulls: 1 };
    },
  };
  return fake;
}

/**
 * Writes made references, valid and invalid ones, a line each. The same seed makes the same references.
 *
 *     node bench/dist/bench/plan-oracle/reference/write-references.js COUNT [SEED]
 */
import { seededRandom } from '../../../src/kit/seeded-random.ts';

const DOMAINS = [
  ...['', '', '', 'docker.io/', 'index.docker.io/', 'localhost/', 'localhost:5000/', 'quay.io/'],
  ...['registry-1.docker.io/', 'docker.io:443/', '127.0.0.1:5000/', '[2001:db8::1]/', '[::1]:5000/'],
  ...['Example.com/', 'UPPER/', 'xn--7o8h.com/', 'a-.example.com/', '-a.example.com/', 'a..b/', 'host:/'],
  ...['host:port/', 'exa_mple.com/', 'https://docker.io/', '/'],
];
const COMPONENTS = [
  ...['library', 'nginx', 'a', '0', 'my_app', 'my__app', 'my___app', 'my.app', 'my..app', 'my-app'],
  ...['my--app', 'a_-b', 'Upper', '-a', 'a-', '_a', 'a_', '.a', 'a.', 'é', 'a b', '', '$NAME'],
  ...['x'.repeat(128), 'f'.repeat(64)],
];
const TAGS = [
  ...['', '', ':1', ':latest', ':v1.2.3-alpine', ':_a', ':-a', ':.a', ':', ':A_b.c-d', ':1:2', ':a/b'],
  ...[': 1', ':é', ':1 ', ':$TAG', `:${'t'.repeat(128)}`, `:${'t'.repeat(129)}`],
];
const DIGESTS = [
  ...['', '', '', `@sha256:${'0a'.repeat(32)}`, `@sha512:${'0a'.repeat(64)}`, `@sha384:${'0a'.repeat(48)}`],
  ...['@', '@latest', '@sha256:', `@sha256:${'0A'.repeat(32)}`, `@sha256:${'0a'.repeat(31)}`],
  ...[`@sha256:${'0a'.repeat(33)}`, `@sha256:${'zz'.repeat(32)}`, `@SHA256:${'0a'.repeat(32)}`],
  ...[`@sha256+b64:${'0a'.repeat(32)}`, `@md5:${'0a'.repeat(16)}`],
];

const [count = '1000', seed = '1'] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)] ?? '';

/** Returns a usual value in seven of ten cases, so that most references have at most one unusual part. */
function part(values: readonly string[], usual: readonly string[]): string {
  return random() < 0.3 ? pick(values) : pick(usual);
}

for (let i = 0; i < Number(count); i++) {
  const depth = 1 + Math.floor(random() * 3);
  const path = Array.from({ length: depth }, () => part(COMPONENTS, COMPONENTS.slice(0, 6))).join('/');
  const text = [
    part(DOMAINS, DOMAINS.slice(0, 8)),
    path,
    part(TAGS, TAGS.slice(0, 5)),
    part(DIGESTS, DIGESTS.slice(0, 5)),
  ];
  console.log(text.join(''));
}

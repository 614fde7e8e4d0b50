import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatImageReference,
  type ImageReference,
  isOnDockerHub,
  manifestReference,
  parseImageReference,
} from '../../src/domain/image-reference.ts';
import vectors from './image-reference-vectors.json' with { type: 'json' };

const SHA256 = `sha256:${'7c'.repeat(32)}`;
const SHA512 = `sha512:${'ab'.repeat(64)}`;

/** What Docker's own library (distribution/reference, 2026-04-18) makes of each input. */
describe('parseImageReference() agrees with distribution/reference', () => {
  const valid = vectors.filter((vector) => vector.error === undefined);
  const invalid = vectors.filter((vector) => vector.error !== undefined);

  test('on all vectors, of which there are 24', () => {
    expect([valid.length, invalid.length]).toEqual([18, 6]);
  });

  test.each(valid)('on $input', ({ input, domain, path, tag, digest, full }) => {
    const reference = parseImageReference(input);
    expect(reference).toEqual({ domain, path, tag, digest });
    expect(formatImageReference(reference)).toBe(full);
  });

  test.each(invalid)('that $input is none', ({ input }) => {
    expect(() => parseImageReference(input)).toThrow(SyntaxError);
  });
});

describe('parseImageReference()', () => {
  test.each<{ criterion: string; input: string; full: string }>([
    {
      criterion: 'keeps tag and digest',
      input: `nginx:1.27@${SHA256}`,
      full: `docker.io/library/nginx:1.27@${SHA256}`,
    },
    { criterion: 'knows sha512', input: `nginx@${SHA512}`, full: `docker.io/library/nginx@${SHA512}` },
    {
      criterion: 'takes an IPv6 address with a port for a domain',
      input: '[2001:db8::1]:5000/a/b:1',
      full: '[2001:db8::1]:5000/a/b:1',
    },
    {
      criterion: 'takes a lower-case host with an underscore for a domain',
      input: 'my_registry.example.com/nginx',
      full: 'my_registry.example.com/nginx:latest',
    },
    { criterion: 'takes localhost for a domain', input: 'localhost/a', full: 'localhost/a:latest' },
    {
      criterion: 'takes localhost without a slash for an image',
      input: 'localhost:5000',
      full: 'docker.io/library/localhost:5000',
    },
    {
      criterion: 'allows one dot, one or two underscores, any dashes between letters',
      input: 'a.b/c__d_e---f',
      full: 'a.b/c__d_e---f:latest',
    },
    {
      criterion: 'allows the longest tag',
      input: `nginx:${'t'.repeat(128)}`,
      full: `docker.io/library/nginx:${'t'.repeat(128)}`,
    },
    {
      criterion: 'allows the longest path, whatever the domain',
      input: `registry.example.com/${'p'.repeat(255)}`,
      full: `registry.example.com/${'p'.repeat(255)}:latest`,
    },
  ])('$criterion', ({ input, full }) => {
    expect(formatImageReference(parseImageReference(input))).toBe(full);
  });

  test.each<{ criterion: string; input: string; message: RegExp }>([
    { criterion: 'an empty text', input: '', message: /^Not an image reference: $/ },
    { criterion: 'a bare image identifier', input: 'a'.repeat(64), message: /^A bare image identifier/ },
    { criterion: 'an upper-case name', input: 'Nginx', message: /lower case: library\/Nginx$/ },
    { criterion: 'an upper-case path at a domain', input: 'quay.io/A/b', message: /lower case: A\/b$/ },
    { criterion: 'a path that is too long', input: 'p'.repeat(248), message: /longer than 255 characters/ },
    { criterion: 'a tag that is too long', input: `nginx:${'t'.repeat(129)}`, message: /^Not an image/ },
    { criterion: 'three underscores', input: 'a___b', message: /^Not an image/ },
    { criterion: 'a trailing slash', input: 'quay.io/', message: /^Not an image/ },
    { criterion: 'an empty component', input: 'quay.io/a//b', message: /^Not an image/ },
    { criterion: 'white space', input: ' nginx', message: /^Not an image/ },
    { criterion: 'a line break at the end', input: 'nginx\n', message: /^Not an image/ },
    {
      criterion: 'an underscore in a domain with a port',
      input: 'a_b.example:80/c',
      message: /^Not an image/,
    },
    {
      criterion: 'a name that is too long at a domain with an underscore',
      input: `a_b.example/${'p'.repeat(244)}`,
      message: /longer than 255 characters/,
    },
    {
      criterion: 'a short sha256 digest',
      input: `nginx@sha256:${'7c'.repeat(20)}`,
      message: /64 lower-case/,
    },
    { criterion: 'an upper-case digest', input: `nginx@sha256:${'7C'.repeat(32)}`, message: /64 lower-case/ },
    {
      criterion: 'a digest that Docker does not know',
      input: `nginx@md5:${'7c'.repeat(16)}`,
      message: /sha256, sha384 or sha512: md5/,
    },
  ])('rejects $criterion', ({ input, message }) => {
    expect(() => parseImageReference(input)).toThrow(SyntaxError);
    expect(() => parseImageReference(input)).toThrow(message);
  });

  test('throws nothing but SyntaxError, and what it writes it reads as the same again', () => {
    fc.assert(
      fc.property(fc.oneof(anyReference(), fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
        const reference = parseOrUndefined(text);
        if (reference === undefined) return;
        const full = formatImageReference(reference);
        expect(parseImageReference(full)).toEqual(reference);
        expect(formatImageReference(parseImageReference(full))).toBe(full);
      }),
      { numRuns: 2_000 },
    );
  });

  test('reads whatever the grammar allows', () => {
    fc.assert(
      fc.property(anyReference(), (text) => {
        expect(formatImageReference(parseImageReference(text))).toContain(text.replace(/^index\./, ''));
      }),
    );
  });

  test('is not led astray by a long text', () => {
    for (const text of ['a'.repeat(100_000), 'a.'.repeat(50_000), 'a/'.repeat(50_000), 'a-'.repeat(50_000)]) {
      expect(() => parseImageReference(`${text}!`)).toThrow(SyntaxError);
    }
  });
});

describe('manifestReference()', () => {
  test.each<{ criterion: string; input: string; expected: string }>([
    { criterion: 'is the tag', input: 'nginx:1.27', expected: '1.27' },
    { criterion: 'is latest where nothing is given', input: 'nginx', expected: 'latest' },
    { criterion: 'is the digest rather than the tag', input: `nginx:1.27@${SHA256}`, expected: SHA256 },
  ])('$criterion', ({ input, expected }) => {
    expect(manifestReference(parseImageReference(input))).toBe(expected);
  });
});

function parseOrUndefined(text: string): ImageReference | undefined {
  try {
    return parseImageReference(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return undefined;
  }
}

/** References made by the grammar. */
function anyReference(): fc.Arbitrary<string> {
  const component = fc.stringMatching(/^[a-z0-9]{1,5}([._]|__|-{1,3})[a-z0-9]{1,5}$|^[a-z0-9]{1,8}$/);
  const domain = fc.stringMatching(/^([a-z0-9]{1,5}\.[a-z]{2,4}|localhost|[A-Z][a-z]{1,4})(:[0-9]{1,5})?$/);
  const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const tag = fc.stringMatching(/^:[0-9A-Za-z_][0-9A-Za-z_.-]{0,20}$/);
  const digest = fc.stringMatching(/^@sha256:[0-9a-f]{64}$/);
  return fc
    .tuple(
      fc.option(domain, { nil: undefined }),
      path,
      fc.option(tag, { nil: '' }),
      fc.option(digest, { nil: '' }),
    )
    .map(([host, name, ...rest]) => `${host === undefined ? '' : `${host}/`}${name}${rest.join('')}`);
}

describe('isOnDockerHub()', () => {
  test.each([
    'nginx',
    'acme/tool:1',
    'docker.io/nginx',
    'index.docker.io/nginx',
    'registry-1.docker.io/library/nginx',
    'registry.docker.io/library/nginx',
    'registry.hub.docker.com/library/nginx',
    'REGISTRY-1.docker.io/library/nginx',
    'registry-1.docker.io:443/library/nginx',
  ])('treats %s as an image of Docker Hub', (text) => {
    expect(isOnDockerHub(parseImageReference(text))).toBe(true);
  });

  test.each([
    'ghcr.io/acme/tool',
    'localhost/nginx',
    'hub.docker.com/library/nginx',
    'docker.io.example.com/nginx',
    'DOCKER.IO/library/nginx',
    'registry-1.docker.io:5000/library/nginx',
    'mirror.gcr.io/library/nginx',
  ])('treats %s as an image of another registry', (text) => {
    expect(isOnDockerHub(parseImageReference(text))).toBe(false);
  });
});

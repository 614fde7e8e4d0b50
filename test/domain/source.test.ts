import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSource, type SourceKind } from '../../src/domain/source.ts';

describe('parseSource()', () => {
  test.each<{ header: string; kind: SourceKind; seen: string }>([
    { header: '192.0.2.1', kind: 'ipv4', seen: 'anonymous' },
    { header: '0.0.0.0', kind: 'ipv4', seen: 'lowest' },
    { header: '255.255.255.255', kind: 'ipv4', seen: 'highest' },
    { header: '2001:41d0:801:2000::', kind: 'ipv6', seen: 'a /64 prefix' },
    { header: '2a01:7e00::', kind: 'ipv6', seen: 'a /32 prefix' },
    { header: '2001:DB8::1', kind: 'ipv6', seen: 'upper case' },
    { header: '::ffff:192.0.2.1', kind: 'ipv6', seen: 'an IPv4 address in it' },
    { header: '186e63fa-abf0-4deb-a711-0dbd34c4a821', kind: 'account', seen: '2021 to 2025' },
    { header: 'exampleuser', kind: 'account', seen: '2026' },
    { header: 'acme4ci', kind: 'account', seen: 'digits in it' },
    { header: '4711', kind: 'account', seen: 'only digits' },
    { header: 'cafe', kind: 'account', seen: 'only hexadecimal digits' },
    { header: '256.0.0.1', kind: 'account', seen: 'not an address' },
    { header: '192.0.2', kind: 'account', seen: 'three numbers' },
  ])('takes "$header" ($seen) for $kind', ({ header, kind }) => {
    expect(parseSource(header)).toEqual({ value: header, kind });
  });

  test.each([undefined, '', '  '])('knows no source in %j', (header) => {
    expect(parseSource(header)).toBeUndefined();
  });

  test('removes white space around it', () => {
    expect(parseSource(' 192.0.2.1\t')).toEqual({ value: '192.0.2.1', kind: 'ipv4' });
  });

  test('keeps no more than 255 characters', () => {
    expect(parseSource('a'.repeat(10_000))?.value).toBe('a'.repeat(255));
  });

  test('knows each IPv4 and each IPv6 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), (v4, v6) => {
        expect(parseSource(v4)?.kind).toBe('ipv4');
        expect(parseSource(v6)?.kind).toBe('ipv6');
      }),
    );
  });

  test('never takes a Docker ID or a UUID for an address', () => {
    const dockerId = fc.stringMatching(/^[a-z0-9]{4,30}$/);
    fc.assert(
      fc.property(fc.oneof(dockerId, fc.uuid()), (name) => {
        expect(parseSource(name)?.kind).toBe('account');
      }),
    );
  });
});

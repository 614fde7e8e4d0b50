import { describe, expect, test } from 'vitest';
import {
  clientAddress,
  isLoopback,
  sourceOfAddress,
} from '../../../src/simulator/metering/client-address.ts';

describe('sourceOfAddress()', () => {
  // biome-ignore format: a table
  test.each([
    ['an IPv4 address is its own bucket', '192.0.2.1', '192.0.2.1'],
    ['IPv4 written as IPv6', '::ffff:192.0.2.1', '192.0.2.1'],
    ['IPv6 is metered by /64', '2001:41d0:801:2000:1:2:3:4', '2001:41d0:801:2000::'],
    ['two hosts of one /64', '2001:41d0:801:2000::9', '2001:41d0:801:2000::'],
    ['four groups (capture of 2026)', '2600:6c5e:1340:1::7', '2600:6c5e:1340:1::'],
    ['zeros at the end of the prefix', '2a01:7e00::1', '2a01:7e00::'],
    ['zeros within the prefix', '2604:a880:0:d0::1', '2604:a880:0:d0::'],
    ['leading zeros and capital letters', '2A01:0E0A:0001:0002::1', '2a01:e0a:1:2::'],
    ['loopback', '::1', '::'],
    ['a zone is no part of it', 'fe80::1%eth0', 'fe80::'],
  ])('%s', (_, address, source) => {
    expect(sourceOfAddress(address)).toBe(source);
  });
});

describe('clientAddress()', () => {
  // biome-ignore format: a table
  test.each([
    ['loopback may claim an IPv4 address', '127.0.0.1', '192.0.2.9', '192.0.2.9'],
    ['and an IPv6 address', '::1', ' 2001:db8::1 ', '2001:db8::1'],
    ['no other client may', '198.51.100.7', '192.0.2.9', '198.51.100.7'],
    ['what is no address is not believed', '127.0.0.1', 'nobody', '127.0.0.1'],
    ['each loopback address is a client of its own', '127.0.0.5', undefined, '127.0.0.5'],
    ['IPv4 that came in by an IPv6 socket', '::ffff:127.0.0.5', undefined, '127.0.0.5'],
  ])('%s', (_, socket, claimed, address) => {
    expect(clientAddress(socket, claimed)).toBe(address);
  });
});

describe('isLoopback()', () => {
  test.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['192.0.2.1', false],
    ['::ffff:192.0.2.1', false],
    ['', false],
  ])('%s: %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});

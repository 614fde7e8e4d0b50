import { expect, test } from 'vitest';
import { clientNetworkOf, compileNetworks, maskAddress } from '../../src/kit/network-address.ts';

// address of a socket, the network it is counted by
test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:c000:207', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002:ffff::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['', 'unknown'],
  ['/run/headroom.sock', 'unknown'],
  [undefined, 'unknown'],
])('clientNetworkOf(%j) is %s', (address, network) => {
  expect(clientNetworkOf(address)).toBe(network);
});

test.each([
  ['192.0.2.7', '192.0.2.0/24'],
  ['::ffff:192.0.2.7', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['acme', 'unknown'],
  ['', 'unknown'],
])('maskAddress(%j) is %s', (address, network) => {
  expect(maskAddress(address)).toBe(network);
});

// networks, an address, whether it is in one of them
test.each([
  [['10.20.0.0/16'], '10.20.255.255', true],
  [['10.20.0.0/16'], '10.21.0.0', false],
  [['10.20.0.0/16'], '::ffff:10.20.0.1', true],
  [['0.0.0.0/0'], '198.51.100.1', true],
  [['192.0.2.7'], '192.0.2.7', true],
  [['192.0.2.7'], '192.0.2.8', false],
  [['2001:db8::/32'], '2001:db8:ffff::1', true],
  [['2001:db8::/32'], '2001:db9::', false],
  [['2001:db8::1'], '2001:db8::1', true],
  [['2001:db8::/32', '10.0.0.0/8'], '10.1.1.1', true],
  // masked addresses
  [['10.20.0.0/16'], '10.20.3.0/24', true],
  [['10.20.3.0/25'], '10.20.3.0/24', false],
  [['2001:db8::/32'], '2001:db8:1::/48', true],
  [['2001:db8:1::/64'], '2001:db8:1::/48', false],
  [['0.0.0.0/0', '::/0'], 'unknown', false],
  [[], '10.20.0.1', false],
])('compileNetworks(%j) of %s: %s', (networks, address, isIn) => {
  expect(compileNetworks(networks)(address)).toBe(isIn);
});

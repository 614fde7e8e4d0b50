import { expect, test } from 'vitest';
import { clientNetworkOf } from '../../src/kit/network-address.ts';

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

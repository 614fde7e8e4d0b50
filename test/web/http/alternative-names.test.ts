import { expect, test } from 'vitest';
import { hasAllowedName } from '../../../src/web/http/alternative-names.ts';

// names as Node writes them, allowed names, whether one matches
test.each([
  ['DNS:a.example, DNS:b.example', ['b.example'], true],
  ['DNS:a.example', ['A.example'], false],
  ['DNS:*.example', ['a.example'], false],
  ['DNS:*.example', ['*.example'], true],
  ['DNS:a.example.evil', ['a.example'], false],
  ['email:ops@example.com', ['ops@example.com'], true],
  ['URI:spiffe://example/prometheus', ['spiffe://example/prometheus'], true],
  ['IP Address:127.0.0.1', ['127.0.0.1'], true],
  ['IP Address:0:0:0:0:0:0:0:1', ['::1'], true],
  ['IP Address:2001:DB8:0:0:0:0:0:1', ['2001:db8::1'], true],
  // names that hold what looks like another name
  ['URI:"http://evil/, DNS:a.example"', ['a.example'], false],
  ['URI:"http://evil/\\", DNS:a.example, x"', ['a.example'], false],
  ['DNS:"evil, DNS:a.example", DNS:b.example', ['b.example'], true],
  ['DirName:"CN = x, DNS:a.example"', ['a.example'], false],
  ['Registered ID:1.2.3', ['1.2.3'], false],
  // a list that cannot be read whole
  ['DNS:a.example, othername:<unsupported', ['a.example'], true],
  ['DNS:a.example, "', ['a.example'], false],
  ['', ['a.example'], false],
  [undefined, ['a.example'], false],
])('hasAllowedName(%j, %j) is %s', (names, allowed, expected) => {
  expect(hasAllowedName(names, allowed)).toBe(expected);
});

import { describe, expect, test } from 'vitest';
import { type Login, sameLogin } from '../../src/domain/credential.ts';
import { Secret } from '../../src/kit/secret.ts';

function password(username: string, text: string): Login {
  return { kind: 'password', username, password: new Secret(text) };
}

function identityToken(text: string): Login {
  return { kind: 'identity-token', token: new Secret(text) };
}

describe('sameLogin()', () => {
  test.each<{ criterion: string; a: Login; b: Login; same: boolean }>([
    { criterion: 'the same user and password', a: password('u', 'p'), b: password('u', 'p'), same: true },
    { criterion: 'another password', a: password('u', 'p'), b: password('u', 'q'), same: false },
    { criterion: 'another user', a: password('u', 'p'), b: password('v', 'p'), same: false },
    { criterion: 'the same token', a: identityToken('t'), b: identityToken('t'), same: true },
    { criterion: 'another token', a: identityToken('t'), b: identityToken('s'), same: false },
    {
      criterion: 'a password and a token of the same text',
      a: password('u', 't'),
      b: identityToken('t'),
      same: false,
    },
  ])('is $same for $criterion', ({ a, b, same }) => {
    expect(sameLogin(a, b)).toBe(same);
    expect(sameLogin(b, a)).toBe(same);
  });
});

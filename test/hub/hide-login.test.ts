import { describe, expect, test } from 'vitest';
import type { Login } from '../../src/domain/credential.ts';
import { hideLogin } from '../../src/hub/hide-login.ts';
import { Secret } from '../../src/kit/secret.ts';

const PASSWORD: Login = { kind: 'password', username: 'acmeci', password: new Secret('p@ss "word"') };
const TOKEN: Login = { kind: 'identity-token', token: new Secret('identity+token') };

describe('hideLogin()', () => {
  // how it comes back | the text | what is shown
  test.each<[string, Login | undefined, string, string]>([
    [
      'a bare password, wherever it stands',
      PASSWORD,
      'p@ss "word" is wrong: p@ss "word"',
      '<secret> is wrong: <secret>',
    ],
    ['a password in JSON', PASSWORD, 'Sent {"p":"p@ss \\"word\\""}', 'Sent {"p":"<secret>"}'],
    ['a password in a URL', PASSWORD, '/?p=p%40ss%20%22word%22', '/?p=<secret>'],
    ['the header', PASSWORD, `Sent ${btoa('acmeci:p@ss "word"')}`, 'Sent <secret>'],
    ['an identity token', TOKEN, 'identity+token and identity%2Btoken', '<secret> and <secret>'],
    ['nothing', PASSWORD, 'incorrect username or password', 'incorrect username or password'],
    ['anything to an anonymous request', undefined, 'denied', 'denied'],
  ])('hides what the answer repeats: %s', (_, login, text, shown) => {
    expect(hideLogin(text, login)).toBe(shown);
  });
});

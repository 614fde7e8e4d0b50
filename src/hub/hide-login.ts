import type { Login } from '../domain/credential.ts';
import { REDACTED } from '../kit/secret.ts';

/**
 * Takes a login's secret out of what the answer to it says. Docker does not repeat passwords, but what answers in its
 * place may: a proxy that shows the request it refuses, a hub of somebody's own. `redact` cannot know a bare password.
 */
export function hideLogin(text: string, login: Login | undefined): string {
  if (!login) return text;
  return formsOf(login)
    .toSorted((a, b) => b.length - a.length)
    .reduce((safe, form) => safe.replaceAll(form, REDACTED), text);
}

/** How the secret may come back: as it is, as it was sent, or as a part of a URL or of JSON. */
function formsOf(login: Login): string[] {
  const secret = (login.kind === 'password' ? login.password : login.token).reveal();
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  if (login.kind === 'password') forms.push(Buffer.from(`${login.username}:${secret}`).toString('base64'));
  return forms;
}

import type { HubRequest } from '../wire/messages.ts';

/** A token request, by GET or POST. */
export interface TokenRequest {
  /** Form of the request and its response: OAuth2 (POST) or Docker's older form (GET). */
  readonly form: 'get' | 'oauth2';
  readonly login: RequestedLogin;
  /** Repositories of the scopes with the action `pull`. */
  readonly repositories: readonly string[];
  /** The scopes as sent, joined by spaces. */
  readonly scope: string;
  /** True if a refresh token is requested. */
  readonly isOffline: boolean;
}

/** The credentials in a token request. */
export type RequestedLogin =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'password'; readonly name: string; readonly password: string }
  | { readonly kind: 'refresh'; readonly token: string }
  /** An invalid Authorization header or grant. */
  | { readonly kind: 'unreadable' };

const SCOPE = /^repository(?:\([^)]*\))?:(.+):([a-z,*]+)$/;

/** Parses a GET with Basic authentication, or a POST of an OAuth2 form (distribution's oauth.md). */
export function parseTokenRequest(request: HubRequest): TokenRequest {
  const isForm = request.method === 'POST';
  const fields = new URLSearchParams(isForm ? request.body : request.query);
  const scopes = fields.getAll('scope').flatMap((scope) => scope.split(' ').filter((part) => part !== ''));
  return {
    form: isForm ? 'oauth2' : 'get',
    login: isForm ? formLogin(fields) : basicLogin(request.header('authorization')),
    repositories: scopes.flatMap((scope) => {
      const [, name, actions = ''] = SCOPE.exec(scope) ?? [];
      return name !== undefined && /\bpull\b|\*/.test(actions) ? [name] : [];
    }),
    scope: scopes.join(' '),
    isOffline: fields.get('access_type') === 'offline' || fields.get('offline_token') === 'true',
  };
}

function formLogin(fields: URLSearchParams): RequestedLogin {
  const [name, password, token] = ['username', 'password', 'refresh_token'].map((field) => fields.get(field));
  switch (fields.get('grant_type')) {
    case 'password':
      return name && password ? { kind: 'password', name, password } : { kind: 'unreadable' };
    case 'refresh_token':
      return token ? { kind: 'refresh', token } : { kind: 'unreadable' };
    default:
      return { kind: 'unreadable' };
  }
}

/** Parses Basic authentication. Only the first colon separates: a password may contain others (RFC 7617, section 2). */
function basicLogin(authorization: string | undefined): RequestedLogin {
  if (authorization === undefined) return { kind: 'anonymous' };
  const encoded = /^basic\s+(\S+)\s*$/i.exec(authorization)?.[1];
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  if (name === undefined || password === undefined) return { kind: 'unreadable' };
  return name === '' && password === '' ? { kind: 'anonymous' } : { kind: 'password', name, password };
}

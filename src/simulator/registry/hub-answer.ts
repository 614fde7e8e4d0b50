import type { Visit } from '../visit.ts';
import { httpDate } from '../wire/http-date.ts';
import { type HeaderValues, layHeaders } from '../wire/layout.ts';
import type { Answer } from '../wire/reply.ts';
import type { AnswerKind } from '../wire/wire-format.ts';

/** One year: what Docker Hub has sent in every capture. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000';

/** An answer of the registry in the layout of the visit's profile. `values` may be added to. */
export function hubAnswer(
  visit: Visit,
  kind: AnswerKind,
  status: number,
  body: string | Buffer,
  values: HeaderValues,
): Answer {
  values['content-length'] = String(typeof body === 'string' ? Buffer.byteLength(body) : body.length);
  values.date = httpDate(visit.now);
  values['docker-distribution-api-version'] = 'registry/2.0';
  values['strict-transport-security'] = STRICT_TRANSPORT_SECURITY;
  if (visit.request.closes) values.connection = 'close';
  return { kind: 'answer', status, headers: layHeaders(visit.profile.wire.layouts[kind], values), body };
}

/** How the profile's `docker-ratelimit-source` names the one who is metered. */
export function sourceHeader({ drawer, profile }: Visit): string {
  if (drawer.kind === 'source') return drawer.source;
  return profile.wire.accountSource === 'uuid' ? drawer.account.uuid : drawer.account.name;
}

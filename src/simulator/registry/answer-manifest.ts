import type { Said } from '../faults/under-faults.ts';
import type { Hub } from '../hub.ts';
import type { StoredManifest } from '../image-store.ts';
import { pullCost } from '../limits.ts';
import type { Grant } from '../token/tokens.ts';
import type { Visit } from '../visit.ts';
import { errorBody } from '../wire/error-body.ts';
import type { HeaderValues } from '../wire/layout.ts';
import type { Answer } from '../wire/reply.ts';
import { hubAnswer, sourceHeader } from './hub-answer.ts';
import { limitHeaders } from './limit-headers.ts';
import { negotiateManifest } from './negotiate.ts';
import type { Question } from './question.ts';

/** Answers HEAD and GET of a manifest: a GET is counted, a HEAD never; a denied GET is not. */
export function answerManifest(hub: Hub, visit: Visit, question: Question, grant: Grant): Said {
  const { request, faults } = visit;
  const { repository, reference } = question;
  const isExempt = hub.images.repository(repository)?.exempt === true;
  const limitValues = (): HeaderValues => currentLimit(hub, visit, isExempt);
  if (faults.includes('pull-limit')) return { reply: pullLimit(visit, grant, limitValues()) };

  const manifest = faults.includes('not-found')
    ? undefined
    : negotiateManifest(hub.images, repository, reference, request.header('accept'));
  if (!manifest) return { reply: unknownManifest(visit, question, limitValues()) };

  const pulls = isMetered(hub, visit, isExempt) ? charge(hub, visit, manifest) : 0;
  if (pulls === 'denied') return { reply: pullLimit(visit, grant, limitValues()) };
  const values = limitValues();
  values['content-type'] = manifest.mediaType;
  values['docker-content-digest'] = manifest.digest;
  values.etag = `"${manifest.digest}"`;
  return { reply: hubAnswer(visit, 'manifest', 200, manifest.body, values), pulls };
}

/** Counts a request by somebody who is metered, or denies it. */
function charge(hub: Hub, visit: Visit, manifest: StoredManifest): number | 'denied' {
  const { request, drawer, limits, now, profile } = visit;
  if (request.method === 'GET') {
    const isImage = manifest.children === undefined && !manifest.isAttestation;
    const pulls = pullCost(limits.counting, isImage);
    return hub.meter.trySpend(drawer, pulls, limits, now) ? pulls : 'denied';
  }
  const isRefused =
    profile.wire.exhaustedHead === 429 && hub.meter.balance(drawer, limits, now)?.remaining === 0;
  return isRefused ? 'denied' : 0;
}

function isMetered(hub: Hub, { drawer, limits, faults }: Visit, isExempt: boolean): boolean {
  return !isExempt && !faults.includes('unmetered') && hub.meter.quota(drawer, limits) !== undefined;
}

/** Paid accounts keep their source (captures of 2023 and 2024); that an exempt image has none is an assumption. */
function currentLimit(hub: Hub, visit: Visit, isExempt: boolean): HeaderValues {
  const { drawer, limits, now, faults } = visit;
  const balance = isMetered(hub, visit, isExempt) ? hub.meter.balance(drawer, limits, now) : undefined;
  return limitHeaders(balance, isExempt ? undefined : sourceHeader(visit), faults);
}

function pullLimit(visit: Visit, grant: Grant, values: HeaderValues): Answer {
  const { drawer, profile } = visit;
  const account = drawer.kind === 'account' ? drawer.account.name : undefined;
  const body = errorBody('TOOMANYREQUESTS', profile.wire.pullLimitMessage(account, grant.id));
  values['content-type'] = 'application/json';
  return hubAnswer(visit, 'pull-limit', 429, body, values);
}

/** A 404 carries the limit too (2021-08-12). Distribution names a tag by itself, a digest with its repository. */
function unknownManifest(visit: Visit, { repository, reference }: Question, values: HeaderValues): Answer {
  const detail = reference.includes(':') ? { Name: repository, Revision: reference } : { Tag: reference };
  values['content-type'] = 'application/json';
  return hubAnswer(
    visit,
    'not-found',
    404,
    errorBody('MANIFEST_UNKNOWN', 'manifest unknown', detail),
    values,
  );
}

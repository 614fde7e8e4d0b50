import type { Request, Response, Router } from 'express';
import type { AlertEvent } from '../../domain/alerts/lifecycle/alert-event.ts';
import { bucketOf, credentialSubject } from '../../domain/alerts/rules/subject.ts';
import type { CredentialState } from '../../domain/credential-state.ts';
import type { HistoryChange } from '../../domain/history/query.ts';
import { checkHistoryQuery } from '../../domain/history/query.ts';
import { type AnswerError, allowOnly, answerNotFound, toHistoryErrorAnswer } from '../http/error-answer.ts';
import { readHistoryRequest, readLimit } from '../http/query-parameters.ts';
import { sendJson } from '../http/send-body.ts';
import type { WebSources } from '../web-options.ts';
import { toPastEventsJson } from './past-event-json.ts';

/** What past events are read from. */
export type PastEventSources = Pick<WebSources, 'states' | 'changes' | 'alerts' | 'clock'>;

/** How many events an answer has at most, and by default. */
const MOST_EVENTS = 1_000;
/** How many events of alerting are looked through for those of one credential. */
const MOST_LOOKED_THROUGH = 10_000;

/** `/api/v1/credentials/:name/events`: what changed, and what happened to alerts. Read only. */
export function addPastEventRoutes(
  router: Router,
  sources: PastEventSources,
  answerError: AnswerError,
): void {
  const notFound = answerNotFound(answerError);
  router
    .route('/api/v1/credentials/:name/events')
    .get(async (request: Request<{ name: string }>, response: Response) => {
      const { name } = request.params;
      const state = sources.states().find(({ identity }) => identity.name === name);
      if (!state) return void (await notFound(request, response, () => undefined));
      try {
        const query = readHistoryRequest(request.query, sources.clock.now());
        checkHistoryQuery({ ...query, step: 'auto' });
        const events = (await readEvents(sources, state, query)).slice(
          -readLimit(request.query.limit, MOST_EVENTS),
        );
        return await sendJson(request, response, toPastEventsJson(name, query, events));
      } catch (error) {
        return answerError(request, response, toHistoryErrorAnswer(error));
      }
    })
    .all(allowOnly(['GET', 'HEAD'], answerError));
}

/** In the order of time; of one moment changes come first, as alerts follow from them. */
async function readEvents(
  { changes, alerts }: PastEventSources,
  { identity: { name }, known }: CredentialState,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<(HistoryChange | AlertEvent)[]> {
  const keys = [bucketOf({ name, known }).key, credentialSubject({ name, known }).key];
  const isAbout = (event: AlertEvent) =>
    'alert' in event ? event.alert.credentials.includes(name) : keys.includes(event.silence.subjectKey);
  const ofAlerts = alerts?.events(from, to, MOST_LOOKED_THROUGH).filter(isAbout) ?? [];
  return [...((await changes(name, { from, to })) ?? []), ...ofAlerts].sort((a, b) => a.at - b.at);
}

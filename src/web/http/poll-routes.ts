import type { Request, Response, Router } from 'express';
import { countNoun } from '../../domain/wording.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Notice } from '../overview/page.ts';
import { readOverviewQuery, writeOverviewQuery } from '../overview/query.ts';
import type { PollNowAnswer, WebSources } from '../web-options.ts';
import { type AnswerError, allowOnly, type ErrorAnswer } from './error-answer.ts';
import type { PostGuard } from './post-guard.ts';
import { sendJson } from './send-body.ts';

/** Limits the requests to Docker Hub that clients may cause in addition to the schedule. */
export interface PollBudget {
  /**
   * Takes one request for a credential from the budget, if one is left.
   * @returns 0 if a request was taken, otherwise the milliseconds until one is available
   */
  take(credential: string): number;
}

/** The shortest time between two requests for one credential, in milliseconds: 10 s. */
const SPACING_MS = 10_000;

/** Contains the size of a budget and its refill interval. */
interface Allowance {
  /** Size of the budget. */
  readonly most: number;
  /** Milliseconds until one more request is available. */
  readonly everyMs: number;
}

/** The budget of one credential: 5 at once, then one a minute; at most 65 an hour. */
const FOR_ONE: Allowance = { most: 5, everyMs: 60_000 };
/** The budget of all credentials together: 30 at once, then 30 a minute; at most 1,830 an hour. */
const FOR_ALL: Allowance = { most: 30, everyMs: 2_000 };

/**
 * Creates the common budget of `/probe`, `/poll` and `/api/v1/poll`. It is full at the start and measured by the monotonic
 * clock. The poller has limits of its own: it runs one probe of a credential at a time, and none while it is blocked.
 */
export function createPollBudget(clock: Pick<Clock, 'monotonicMs'>): PollBudget {
  const all = createMeter(FOR_ALL);
  const each = new Map<string, Meter & { takenAtMs: number }>();

  return {
    take(credential) {
      const nowMs = clock.monotonicMs();
      let own = each.get(credential);
      if (!own) {
        own = { ...createMeter(FOR_ONE), takenAtMs: Number.NEGATIVE_INFINITY };
        each.set(credential, own);
      }
      const waitMs = Math.max(own.takenAtMs + SPACING_MS - nowMs, own.waitMs(nowMs), all.waitMs(nowMs));
      if (waitMs > 0) return waitMs;
      own.takenAtMs = nowMs;
      own.take(nowMs);
      all.take(nowMs);
      return 0;
    },
  };
}

interface Meter {
  /** Returns the milliseconds until a request is available; at most 0 if one is. */
  waitMs(nowMs: number): number;
  take(nowMs: number): void;
}

/** Creates a meter by the generic cell rate algorithm: it stores the instant at which the budget is full again. */
function createMeter({ most, everyMs }: Allowance): Meter {
  let fullAtMs = Number.NEGATIVE_INFINITY;
  return {
    waitMs: (nowMs) => fullAtMs - (most - 1) * everyMs - nowMs,
    take: (nowMs) => {
      fullAtMs = Math.max(fullAtMs, nowMs) + everyMs;
    },
  };
}

/** The result of a requested poll; `too_soon` if the budget is used up. */
export type PollAnswer = PollNowAnswer | 'too_soon';

/** The notice on the page for each result. */
export const POLL_NOTICES: Readonly<Record<PollAnswer, Notice>> = {
  probed: { text: 'Checked just now: this is the answer of Docker Hub.', tone: 'good' },
  fresh: { text: 'Checked a moment ago: this is the answer of Docker Hub.', tone: 'good' },
  backing_off: {
    text: 'Docker Hub has blocked this credential. Headroom checks again after the pause.',
    tone: 'warn',
  },
  no_answer: { text: 'Docker Hub has not answered yet.', tone: 'warn' },
  too_soon: { text: 'Too many checks. Try again in a while.', tone: 'warn' },
};

/** Adds `POST /poll`, the form of the pages, and `POST /api/v1/poll`, the same for programs. */
export function addPollRoutes(
  router: Router,
  sources: Pick<WebSources, 'pollNow' | 'states'>,
  answerError: AnswerError,
  { requireAdmin }: Pick<PostGuard, 'requireAdmin'>,
  budget: PollBudget,
): void {
  const postOnly = allowOnly(['POST'], answerError);

  router
    .route('/poll')
    .post(requireAdmin, async (request: Request, response: Response) => {
      const name = namedIn(request);
      if (typeof name !== 'string') return answerError(request, response, name);
      const { answer } = await poll(name);
      response.redirect(303, wayBack(request, name, answer));
    })
    .all(postOnly);

  router
    .route('/api/v1/poll')
    .post(requireAdmin, async (request: Request, response: Response) => {
      const name = namedIn(request);
      if (typeof name !== 'string') return answerError(request, response, name);
      const { answer, waitMs } = await poll(name);
      if (answer === 'too_soon') return refuse(request, response, waitMs);
      return sendJson(request, response, { credential: name, answer });
    })
    .all(postOnly);

  function namedIn({ body }: Request): string | ErrorAnswer {
    const name = (body as { credential?: unknown } | undefined)?.credential;
    if (typeof name !== 'string') return UNNAMED;
    return sources.states().find(({ identity }) => identity.name === name)?.identity.name ?? UNKNOWN;
  }

  async function poll(name: string): Promise<{ answer: PollAnswer; waitMs: number }> {
    const waitMs = budget.take(name);
    return { answer: waitMs > 0 ? 'too_soon' : await sources.pollNow(name), waitMs };
  }

  function refuse(request: Request, response: Response, waitMs: number): Promise<void> {
    const seconds = Math.ceil(waitMs / 1_000);
    response.setHeader('Retry-After', String(seconds));
    const message = `Too many checks; try again in ${countNoun(seconds, 'second')}`;
    return answerError(request, response, { status: 429, code: 'too_many_requests', message });
  }
}

const UNNAMED: ErrorAnswer = {
  status: 400,
  code: 'bad_request',
  message: 'The field credential is missing or not a text; allowed is the name of one credential',
};
const UNKNOWN: ErrorAnswer = {
  status: 404,
  code: 'not_found',
  message: 'There is no credential of this name',
};

/** Returns the relative URL of the page after a poll. The filter is parsed and formatted again, so that it contains nothing else. */
function wayBack(request: Request, name: string, answer: PollAnswer): string {
  const { page, from } = request.body as { page?: unknown; from?: unknown };
  if (page === 'credential') return `./credentials/${encodeURIComponent(name)}?polled=${answer}`;
  const filter = new URLSearchParams(typeof from === 'string' ? from : '');
  const query = new URLSearchParams(writeOverviewQuery(readOverviewQuery(Object.fromEntries(filter))));
  query.set('polled', answer);
  return `./?${query}`;
}

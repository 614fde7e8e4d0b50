import type { Post } from '../../../src/notify/http-post.ts';
import { createPace, type Pace } from './channel-pace.ts';
import { faultOf, type Json } from './check-message.ts';

/** A request as Slack receives it. */
export interface SlackRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What Slack answers. */
export interface SlackAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A message that was taken, as it stands now. */
export interface Posted {
  readonly ts: string;
  /** When it was posted, by the clock that the stand-in was given. */
  readonly at: number;
  readonly via: 'webhook' | 'api';
  /** The message that it replies to. */
  readonly threadTs: string | undefined;
  /** Whether a reply is shown in the channel, too. */
  readonly isBroadcast: boolean;
  /** Its current text; the versions before it were overwritten. */
  message: Json;
  readonly earlier: Json[];
}

/** One channel of a Slack workspace, with an incoming webhook and a bot in it. */
export interface SlackStandIn {
  /** What was taken, in the order of time. */
  readonly posted: readonly Posted[];
  /** What was refused, with the reason in full. A test that expects everything to be taken looks here. */
  readonly refused: readonly { readonly path: string; readonly error: string; readonly detail: string }[];
  handle(request: SlackRequest): SlackAnswer;
  /** The next request is answered like this, whatever it contains. */
  answerNext(...answers: readonly SlackAnswer[]): void;
  /** A message disappears, as when a user deletes it. */
  remove(ts: string): void;
}

/** Where the webhook is, below the stand-in's address. */
export const WEBHOOK_PATH = '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';
/** The bot's token. */
export const BOT_TOKEN = 'xoxb-stand-in-0123456789';
/** The channel, by its id and by its name. */
export const CHANNEL = { id: 'C024BE91L', name: '#docker-hub' } as const;

/** Arguments that the two methods know, beside those of every message. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'chat.postMessage': ['channel', 'thread_ts', 'reply_broadcast', 'unfurl_links', 'unfurl_media'],
  'chat.update': ['channel', 'ts'],
};
const MESSAGE_FIELDS = ['text', 'blocks', 'attachments'];
/** `chat.update` is of tier 3 (https://docs.slack.dev/apis/web-api/rate-limits): about 50 a minute. */
const UPDATES_PER_SECOND = 50 / 60;
/** Slack accepts a message a second for each channel, and short bursts. */
const BURST = 4;

/**
 * Stands in for Slack: takes what its documentation allows, and refuses everything else as it does.
 * @param now milliseconds since the epoch; may be a virtual clock's
 */
export function createSlackStandIn(now: () => number): SlackStandIn {
  return new StandIn(now);
}

/** Posts to the stand-in without a network, as for replays by a virtual clock. */
export function postToStandIn(slack: SlackStandIn): Post {
  return async ({ url, method = 'POST', headers = {}, body }) => {
    const { host, pathname } = new URL(url.reveal());
    const authorization = headers.authorization;
    const answer = slack.handle({
      method,
      path: pathname,
      authorization: typeof authorization === 'string' ? authorization : authorization?.reveal(),
      body,
    });
    const seconds = answer.headers['retry-after'];
    return {
      kind: 'answered',
      peer: host,
      status: answer.status,
      retryAfterMs: seconds === undefined ? undefined : Number(seconds) * 1_000,
      body: answer.body,
      quote: (text) => text,
    };
  };
}

class StandIn implements SlackStandIn {
  readonly posted: Posted[] = [];
  readonly refused: { path: string; error: string; detail: string }[] = [];
  readonly #now: () => number;
  readonly #messages: Pace;
  readonly #updates: Pace;
  readonly #planned: SlackAnswer[] = [];
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#messages = createPace(1, BURST);
    this.#updates = createPace(UPDATES_PER_SECOND, 50);
  }

  answerNext(...answers: readonly SlackAnswer[]): void {
    this.#planned.push(...answers);
  }

  remove(ts: string): void {
    this.posted.splice(
      this.posted.findIndex((posted) => posted.ts === ts),
      1,
    );
  }

  handle(request: SlackRequest): SlackAnswer {
    const planned = this.#planned.shift();
    if (planned) return planned;
    if (request.method !== 'POST') return text(405, 'method_not_allowed');
    if (request.path === WEBHOOK_PATH) return this.#webhook(request);
    const [, method] = /^\/api\/(chat\.\w+)$/.exec(request.path) ?? [];
    if (method !== undefined) return this.#api(method, request);
    return text(404, request.path.startsWith('/services/') ? 'no_service' : 'not_found');
  }

  #webhook({ path, body }: SlackRequest): SlackAnswer {
    const waitSeconds = this.#messages.take(this.#now());
    if (waitSeconds > 0) return { ...text(429, 'rate_limited'), headers: retryAfter(waitSeconds) };
    const message = parse(body);
    const unknown = message && Object.keys(message).find((key) => !MESSAGE_FIELDS.includes(key));
    if (!message || unknown)
      return this.#refuse(path, 'invalid_payload', unknown ?? 'no JSON', text(400, 'invalid_payload'));
    const fault = faultOf(message);
    if (fault) return this.#refuse(path, fault.error, fault.detail, text(400, fault.error));
    this.#post('webhook', message, {});
    return text(200, 'ok');
  }

  #api(method: string, { path, authorization, body }: SlackRequest): SlackAnswer {
    const refuse = (error: string, detail = '') =>
      this.#refuse(path, error, detail, json({ ok: false, error }));
    if (authorization !== `Bearer ${BOT_TOKEN}`) return refuse('invalid_auth');
    const known = ARGUMENTS[method];
    const args = parse(body);
    if (!known) return refuse('unknown_method', method);
    if (!args) return refuse('invalid_json');
    const unknown = Object.keys(args).find((key) => ![...known, ...MESSAGE_FIELDS].includes(key));
    if (unknown !== undefined) return refuse('invalid_arg_name', unknown);
    const pace = method === 'chat.update' ? this.#updates : this.#messages;
    const waitSeconds = pace.take(this.#now());
    if (waitSeconds > 0) {
      return { ...json({ ok: false, error: 'ratelimited' }), status: 429, headers: retryAfter(waitSeconds) };
    }
    const { channel, ts, thread_ts, reply_broadcast, unfurl_links, unfurl_media, ...message } = args;
    // An update names the channel by its id.
    if (channel !== CHANNEL.id && (channel !== CHANNEL.name || method === 'chat.update'))
      return refuse('channel_not_found');
    const fault = faultOf(message);
    if (fault) return refuse(fault.error, fault.detail);
    return method === 'chat.update'
      ? this.#update(ts, message, refuse)
      : this.#reply(message, thread_ts, reply_broadcast, refuse);
  }

  #update(ts: unknown, message: Json, refuse: (error: string) => SlackAnswer): SlackAnswer {
    const posted = this.posted.find((each) => each.ts === ts && each.via === 'api');
    if (!posted) return refuse('message_not_found');
    posted.earlier.push(posted.message);
    posted.message = message;
    return json({ ok: true, channel: CHANNEL.id, ts: posted.ts, text: message.text });
  }

  #reply(
    message: Json,
    thread: unknown,
    broadcast: unknown,
    refuse: (error: string) => SlackAnswer,
  ): SlackAnswer {
    if (thread !== undefined && !this.posted.some(({ ts }) => ts === thread))
      return refuse('thread_not_found');
    const ts = this.#post('api', message, {
      ...(typeof thread === 'string' && { threadTs: thread, isBroadcast: broadcast === true }),
    });
    return json({
      ok: true,
      channel: CHANNEL.id,
      ts,
      message: { type: 'message', text: message.text, ts },
    });
  }

  #post(via: Posted['via'], message: Json, thread: { threadTs?: string; isBroadcast?: boolean }): string {
    this.#count += 1;
    const at = this.#now();
    const ts = `${Math.floor(at / 1_000)}.${String(this.#count).padStart(6, '0')}`;
    const { threadTs, isBroadcast = false } = thread;
    this.posted.push({ ts, at, via, threadTs, isBroadcast, message, earlier: [] });
    return ts;
  }

  #refuse(path: string, error: string, detail: string, answer: SlackAnswer): SlackAnswer {
    this.refused.push({ path, error, detail });
    return answer;
  }
}

function parse(body: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function text(status: number, body: string): SlackAnswer {
  return { status, headers: { 'content-type': 'text/html' }, body };
}

function json(value: Json): SlackAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  };
}

function retryAfter(seconds: number): Record<string, string> {
  return { 'content-type': 'text/html', 'retry-after': String(seconds) };
}

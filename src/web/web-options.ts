import type { AlertService } from '../domain/alerts/lifecycle/alert-service.ts';
import type { Route } from '../domain/credential.ts';
import type { Outlook } from '../domain/credential-snapshot.ts';
import type { CredentialState } from '../domain/credential-state.ts';
import type { RecentUsage } from '../domain/forecast/recent-usage.ts';
import type { FleetSnapshot } from '../domain/history/fleet.ts';
import type { LiveListener } from '../domain/history/live-event.ts';
import type {
  HistoryChange,
  HistoryQuery,
  HistorySeries,
  HistorySpan,
  RecentProbes,
} from '../domain/history/query.ts';
import type { PlanBody, PlanCaller, PlanReply } from '../domain/pull-cost/plan.ts';
import type { Clock } from '../kit/clock.ts';
import type { Containment } from '../kit/contain.ts';
import type { Log } from '../kit/log.ts';
import type { ListenAddress } from '../kit/network-address.ts';
import type { PlanPageParts } from './plan/page.ts';

/** What the web room is given. */
export interface WebOptions extends WebSources {
  /** At least one. */
  readonly listenAddresses: readonly ListenAddress[];
  /** Web configuration file (TLS, basic authentication, headers), in exporter-toolkit's format. */
  readonly webConfigFile?: string | undefined;
}

/** What the pages and the API are made of. */
export interface WebSources {
  /** Below which all paths lie: `/`, or `/headroom` without a slash at its end. */
  readonly routePrefix: string;
  /** Where people reach the page, for those who need a whole URL. */
  readonly externalUrl?: string | undefined;
  /** Whether other machines may change something without authentication; false unless given. */
  readonly enableAdmin?: boolean | undefined;
  /** Host names, in lower case, by which requests that change something may come, besides those of this machine. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** The page as messages call it, with a slash at its end; undefined where there are none. */
  readonly pageUrl?: (() => string) | undefined;
  /** Headroom's version. */
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Keeps one broken item from breaking a page or a list; without a report unless given. */
  readonly contain?: Containment;
  /** All credentials, in the order of the configuration. */
  states(): readonly CredentialState[];
  /** What is to be expected of a credential's bucket; undefined before its first forecast. */
  outlookOf(name: string): Outlook | undefined;
  /** The newest course of a credential's bucket; undefined before its first forecast. */
  courseOf(name: string): RecentUsage | undefined;
  /** By which way a credential's requests leave; undefined when there is no such credential. */
  routeOf(name: string): Route | undefined;
  /**
   * Calls the listener with each event as it happens.
   * @returns ends the subscription
   */
  subscribe(listener: LiveListener): () => void;
  /** Counts what files cost against what is left. Stores nothing. */
  readonly plan: PlanService;
  /** Asks the hub now, unless it was asked a moment ago or has blocked the credential. */
  pollNow(name: string): Promise<PollNowAnswer>;
  /**
   * The past of one credential; undefined when there is no such credential.
   * @throws HistoryQueryError when it cannot be answered as it is asked
   * @throws HistoryUnavailableError when it cannot be read now
   */
  series(name: string, query: HistoryQuery): HistorySeries | undefined | Promise<HistorySeries | undefined>;
  /**
   * The past of the bucket of a source; undefined when no credential reported it last.
   * @throws HistoryQueryError and HistoryUnavailableError as `series` does
   */
  bucketSeries: WebSources['series'];
  /** Changes of limit, window and source of a credential; undefined where none are kept. Throws as `series` may. */
  changes(
    name: string,
    span: HistorySpan,
  ): readonly HistoryChange[] | undefined | Promise<readonly HistoryChange[] | undefined>;
  /** The newest probes of a credential; undefined when there is no such credential. Throws as `series` may. */
  recentProbes(name: string): RecentProbes | undefined | Promise<RecentProbes | undefined>;
  /** Alerts, silences and receivers; undefined where nobody watches. */
  readonly alerts?: AlertService | undefined;
  /** The other Headrooms; undefined where nobody looks for them. Answers from memory. */
  fleet(): FleetSnapshot | undefined;
  /** Why the history cannot be written, and what to do: a sentence without full stop; undefined while it can. */
  readonly historyProblem?: (() => string | undefined) | undefined;
  /** Whether the first round of probes is over, whatever it found. */
  isReady(): boolean;
  /** The effective configuration as YAML, secrets masked. */
  configYaml(): string;
  /** Reads the configuration again. */
  reload(): Promise<ReloadResult>;
  /** `/metrics`. Answers from memory. */
  expose(request: ExpositionRequest): Exposition | Promise<Exposition>;
  /** `/probe`: exposes what is known of one credential, after a request to the hub where that may be sent. */
  probe(name: string, request: ProbeRequest): Promise<Exposition>;
}

/** Plans off the event loop, within bounds of time, memory and number. */
export interface PlanService {
  /** Plans, as the JSON of the API; `problem` says why the request cannot be followed. */
  report(
    body: PlanBody,
    caller: PlanCaller,
  ): Promise<PlanReply<{ readonly json: Uint8Array } | { readonly problem: string }>>;
  /** Plans, as the page shows it. */
  page(body: PlanBody, caller: PlanCaller): Promise<PlanReply<PlanPageParts>>;
}

/**
 * What asking for a poll came to: `probed` a result came; `fresh` the last one is too young to repeat; `backing_off` the
 * hub has blocked the credential, and nothing was sent; `no_answer` no result came in time.
 */
export type PollNowAnswer = 'probed' | 'fresh' | 'backing_off' | 'no_answer';

/** What became of a reload; `problems` is a text for people, without secrets. */
export type ReloadResult = { readonly ok: true } | { readonly ok: false; readonly problems: string };

/** The request headers that choose the form of an exposition. */
export interface ExpositionRequest {
  readonly accept: string | undefined;
  readonly acceptEncoding: string | undefined;
}

/** A request for a live probe. */
export interface ProbeRequest extends ExpositionRequest {
  /** How long the probe may take, in milliseconds; undefined leaves it to the credential. */
  readonly timeoutMs: number | undefined;
  /** Whether the hub may be asked; otherwise the last reading is exposed. */
  readonly mayPoll: boolean;
}

/** A finished exposition; the headers are sent exactly as they are. */
export interface Exposition {
  readonly contentType: string;
  readonly contentEncoding?: string | undefined;
  /** To be sent one after the other. */
  readonly body: readonly Uint8Array[];
}

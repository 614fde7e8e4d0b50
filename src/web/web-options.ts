import type { AlertService } from '../domain/alerts/lifecycle/alert-service.ts';
import type { Route } from '../domain/credential.ts';
import type { Outlook } from '../domain/credential-snapshot.ts';
import type { CredentialState } from '../domain/credential-state.ts';
import type { RecentUsage } from '../domain/forecast/recent-usage.ts';
import type { FleetSnapshot } from '../domain/history/fleet.ts';
import type { LiveListener } from '../domain/history/live-event.ts';
import type { Past } from '../domain/history/past.ts';
import type { PlanBody, PlanCaller, PlanReply } from '../domain/pull-cost/plan.ts';
import type { SpendingService } from '../domain/spending/spending-service.ts';
import type { Clock } from '../kit/clock.ts';
import type { Containment } from '../kit/contain.ts';
import type { Log } from '../kit/log.ts';
import type { ListenAddress } from '../kit/network-address.ts';
import type { PlanPageParts } from './plan/page.ts';

/** The options of `createWeb`. */
export interface WebOptions extends WebSources {
  /** At least one. */
  readonly listenAddresses: readonly ListenAddress[];
  /** Web configuration file (TLS, basic authentication, headers), in exporter-toolkit's format. */
  readonly webConfigFile?: string | undefined;
}

/** The data and services behind the pages and the API. */
export interface WebSources extends Past {
  /** Prefix of all paths: `/`, or `/headroom` without a slash at its end. */
  readonly routePrefix: string;
  /** The configured external URL of the page, for links in feeds and badges; undefined if not configured. */
  readonly externalUrl?: string | undefined;
  /** Whether requests from other machines may change state without authentication. Default: false. */
  readonly enableAdmin?: boolean | undefined;
  /**
   * Host names, in lower case, that requests that change state may use, besides the names of this machine.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Returns the URL of the page for messages, with a slash at its end; undefined where there are no messages.
   */
  readonly pageUrl?: (() => string) | undefined;
  /** Headroom's version. */
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Confines an error of one item to that item, so that the page or list is still sent; errors are not reported by
   * default.
   */
  readonly contain?: Containment;
  /** All credentials, in the order of the configuration. */
  states(): readonly CredentialState[];
  /**
   * Returns the forecast and the address pool of a credential's bucket; undefined before the first forecast.
   */
  outlookOf(name: string): Outlook | undefined;
  /** Returns the recent samples of a credential's bucket; undefined before the first forecast. */
  courseOf(name: string): RecentUsage | undefined;
  /** Returns the route of a credential's requests; undefined if there is no such credential. */
  routeOf(name: string): Route | undefined;
  /**
   * Calls the listener with each event.
   * @returns a function that ends the subscription
   */
  subscribe(listener: LiveListener): () => void;
  /** Compares the pulls that files need with the pulls that are left. Stores nothing. */
  readonly plan: PlanService;
  /** Determines who spends the pulls. */
  readonly spending: SpendingService;
  /** Probes a credential now, unless it was probed a moment ago or Docker Hub has blocked it. */
  pollNow(name: string): Promise<PollNowAnswer>;
  /** Alerts, silences and receivers; undefined where alerting is off. */
  readonly alerts?: AlertService | undefined;
  /** Returns the other Headrooms of the fleet; undefined where no fleet is configured. Reads from memory. */
  fleet(): FleetSnapshot | undefined;
  /**
   * Returns why the history cannot be written and what to do, a sentence without full stop; undefined while it can be
   * written.
   */
  readonly historyProblem?: (() => string | undefined) | undefined;
  /** Whether Docker Hub is simulated: the overview says so. Default: false. */
  readonly isDemo?: boolean | undefined;
  /**
   * Writes a consistent copy of the history file, passes its path to `use`, and removes it. Undefined where there is no file.
   * @throws Error whose message is for the user
   */
  readonly backUpHistory?: ((use: (path: string) => Promise<void>) => Promise<void>) | undefined;
  /** Reports whether every credential has had its first probe, with any outcome. */
  isReady(): boolean;
  /** Returns the effective configuration as YAML, with secrets masked. */
  configYaml(): string;
  /** Reloads the configuration. */
  reload(): Promise<ReloadResult>;
  /** Returns the exposition of `/metrics`. Reads from memory. */
  expose(request: ExpositionRequest): Exposition | Promise<Exposition>;
  /** Returns the exposition of `/probe` for one credential, after a probe if `mayPoll` allows it. */
  probe(name: string, request: ProbeRequest): Promise<Exposition>;
}

/** Computes plans off the event loop, with limits of time, memory and number. */
export interface PlanService {
  /** Returns a plan as the JSON of the API; `problem` is why the request was rejected. */
  report(
    body: PlanBody,
    caller: PlanCaller,
  ): Promise<PlanReply<{ readonly json: Uint8Array } | { readonly problem: string }>>;
  /** Returns a plan as view model of the page. */
  page(body: PlanBody, caller: PlanCaller): Promise<PlanReply<PlanPageParts>>;
}

/**
 * Outcome of a request to poll now. `probed`: a result arrived. `fresh`: the newest result is too young to repeat.
 * `backing_off`: Docker Hub has blocked the credential, and no request was sent. `no_answer`: no result arrived in
 * time.
 */
export type PollNowAnswer = 'probed' | 'fresh' | 'backing_off' | 'no_answer';

/** Result of a reload; `problems` is a text for the user, without secrets. */
export type ReloadResult = { readonly ok: true } | { readonly ok: false; readonly problems: string };

/** The request headers that select the format of an exposition. */
export interface ExpositionRequest {
  readonly accept: string | undefined;
  readonly acceptEncoding: string | undefined;
}

/** A request for `/probe`. */
export interface ProbeRequest extends ExpositionRequest {
  /** Maximum duration of the probe, in milliseconds; undefined for the timeout of the credential. */
  readonly timeoutMs: number | undefined;
  /** Whether a request may be sent to Docker Hub; otherwise the newest result is exposed. */
  readonly mayPoll: boolean;
}

/** A finished exposition. The headers are sent unchanged. */
export interface Exposition {
  readonly contentType: string;
  readonly contentEncoding?: string | undefined;
  /** Parts of the body, in order. */
  readonly body: readonly Uint8Array[];
}

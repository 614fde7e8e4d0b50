import { createAlertEngine } from '../../../src/alerts/alert-engine.ts';
import type { AlertEngine } from '../../../src/alerts/engine-ports.ts';
import type { Notification } from '../../../src/domain/alerts/delivery/notification.ts';
import type { AlertsConfig, Receiver } from '../../../src/domain/alerts/delivery/receiver.ts';
import type { AlertStore } from '../../../src/domain/alerts/lifecycle/alert-store.ts';
import { DEFAULT_RULES } from '../../../src/domain/alerts/rules/alert-rule.ts';
import type { CredentialState } from '../../../src/domain/credential-state.ts';
import type { Forecast } from '../../../src/domain/forecast/forecast.ts';
import { createMemoryAlertStore, createMemoryHistory } from '../../../src/history/memory-history.ts';
import { SILENT_LOG } from '../../domain/log-recorder.ts';
import { receiver } from '../test-receivers.ts';
import type { Foresight } from './foresee-recording.ts';
import type { Recording } from './record-scenario.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** A message as it arrived. */
export interface Delivered {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly notification: Notification;
}

/** How a recording is replayed. */
export interface ReplayOptions {
  readonly config?: AlertsConfig;
  /** How many times less often than in truth everything is looked at, so that a week takes seconds. */
  readonly slowness?: number;
  /** Whether Headroom crashes before the observation of this number. */
  readonly crashesBefore?: (observation: number) => boolean;
  /** Whether Headroom crashes as it commits, and if so whether before or after; called at each commit. */
  readonly crashesAtCommit?: () => 'before' | 'after' | undefined;
}

/** How long a message takes to arrive, in milliseconds. */
const DELIVERY_MS = 300;
/** How long a forecast takes, in milliseconds. */
const FORECAST_MS = 50;
/** How long to wait after the end for pending messages, in milliseconds. */
const AFTERMATH_MS = 60_000;

/** Headroom's alerting with everything around it, as far as it outlasts a crash or belongs to the world outside. */
interface World {
  readonly clock: VirtualClock;
  readonly store: AlertStore;
  readonly delivered: Delivered[];
  readonly forecasts: Map<string, Forecast>;
  readonly options: ReplayOptions;
  readonly recording: Recording;
  ids: number;
}

/** Lets Headroom's alerting live through a recording. */
export function replay(recording: Recording, foresight: Foresight, options: ReplayOptions = {}): Delivered[] {
  const { scenario, observations } = recording;
  const clock = createVirtualClock(scenario.startAt);
  const store = createMemoryAlertStore();
  const world: World = { clock, store, delivered: [], forecasts: new Map(), options, recording, ids: 0 };
  let life = live(world, new Map());
  for (const [i, observation] of observations.entries()) {
    if (options.crashesBefore?.(i)) life = relive(world, life);
    clock.passTo(observation.at);
    if (life.isDead()) life = relive(world, life);
    life.history.record(observation);
    if (life.isDead()) life = relive(world, life);
    const made = foresight[i];
    if (made) clock.after(FORECAST_MS, () => world.forecasts.set(observation.credential, made));
  }
  clock.passTo(scenario.endAt + AFTERMATH_MS);
  return world.delivered;
}

interface Life {
  readonly history: ReturnType<typeof createMemoryHistory>;
  readonly engine: AlertEngine;
  isDead(): boolean;
}

/** The process ends in the middle of whatever it does, and begins anew. */
function relive(world: World, before: Life): Life {
  world.clock.forget();
  const states = new Map(before.history.states().map((state) => [state.identity.name, state]));
  let life = live(world, states);
  while (life.isDead()) life = live(world, states);
  return life;
}

function live(world: World, states: ReadonlyMap<string, CredentialState>): Life {
  const { clock, recording, options, forecasts } = world;
  let isDead = false;
  const history = createMemoryHistory({
    clock,
    log: SILENT_LOG,
    restore: (identity) => states.get(identity.name) ?? emptyState(identity),
  });
  const store: AlertStore = {
    ...world.store,
    commit(changes) {
      if (isDead) return;
      const crash = options.crashesAtCommit?.();
      if (crash !== 'before') world.store.commit(JSON.parse(JSON.stringify(changes)));
      isDead = crash !== undefined;
    },
  };
  const engine = createAlertEngine({
    store,
    notifier: {
      submit(notification) {
        if (isDead) return;
        clock.after(DELIVERY_MS, () => {
          if (isDead) return;
          world.delivered.push({ at: clock.now(), notification });
          engine.settle(notification, { kind: 'delivered', thread: `thread of ${notification.groupKey}` });
        });
      },
      present: () => undefined,
      health: () => [],
    },
    states: () => history.states(),
    outlookOf: (name) => {
      const forecast = forecasts.get(name);
      return forecast && { forecast, pool: undefined };
    },
    pageUrl: () => 'https://headroom.example.com/',
    newId: () => `id-${world.ids++}`,
    clock,
    after: clock.after,
    every: (ms, run) => clock.every(ms * (options.slowness ?? 1), run),
    log: SILENT_LOG,
  });
  history.apply(recording.identities);
  const { rules, receivers } = options.config ?? DEFAULT_CONFIG;
  engine.open({ rules, receivers, routeOf: (name) => recording.routes.get(name) ?? '' });
  history.subscribe((result) => engine.record(result));
  return { history, engine, isDead: () => isDead };
}

const EVERYTHING: Receiver = receiver('slack');
const DEFAULT_CONFIG: AlertsConfig = { rules: DEFAULT_RULES, receivers: [EVERYTHING] };

function emptyState(identity: CredentialState['identity']): CredentialState {
  return {
    identity,
    polls: 0,
    failures: {},
    latest: undefined,
    known: undefined,
    headerlessInARow: 0,
    usualLimit: undefined,
  };
}

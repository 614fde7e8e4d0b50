import type { Clock } from '../kit/clock.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { Faults } from './faults/faults.ts';
import type { ImageStore } from './image-store.ts';
import type { Meter } from './metering/meter.ts';
import type { RequestLimit } from './metering/request-limit.ts';
import type { Settings } from './settings.ts';
import type { Tokens } from './token/tokens.ts';

/** Everything the simulated hub knows. Its answers are made from it, and control changes it. */
export interface Hub {
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly images: ImageStore;
  readonly meter: Meter;
  readonly settings: Settings;
  readonly tokens: Tokens;
  /** The authentication host's own limit. */
  readonly tokenLimit: RequestLimit;
  readonly clock: Clock;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
  /** The realm that challenges name; undefined: `/token` at the origin by which the client came. */
  readonly realm: string | undefined;
}

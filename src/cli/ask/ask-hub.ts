import type { Config } from '../../config/config.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Credential } from '../../domain/credential.ts';
import { advance, type CredentialState, initialState } from '../../domain/credential-state.ts';
import type { Log } from '../../domain/log.ts';
import { createHub } from '../../hub/create-hub.ts';

/** What asking needs beside the configuration. */
export interface AskContext {
  /** Where proxies are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  /** `headroom/<version>`. */
  readonly userAgent: string;
  /** Gives all probes up. */
  readonly signal: AbortSignal;
}

/**
 * Asks Docker Hub once with each credential, all at the same time: two to three requests each, none of which costs a pull.
 * Never rejects: what goes wrong is the state's newest result.
 * @returns a state for each credential, in their order, as one probe alone can tell it: `viewCredential()` reads it
 */
export async function askHub(
  { hub: hubConfig }: Pick<Config, 'hub'>,
  credentials: readonly Credential[],
  context: AskContext,
): Promise<readonly CredentialState[]> {
  const { clock, signal } = context;
  const hub = createHub({ ...hubConfig, ...context });
  try {
    return await Promise.all(
      credentials.map(async (credential) => {
        const startedAt = clock.monotonicMs();
        const reading = await hub.probe(credential, signal);
        const observation = {
          credential: credential.identity.name,
          at: clock.now(),
          durationMs: clock.monotonicMs() - startedAt,
          // Nobody asks again: the answer is good for as long as the command runs.
          intervalMs: ONE_HOUR_MS,
          reading,
        };
        return advance(initialState(credential.identity), observation, undefined);
      }),
    );
  } finally {
    await hub.close();
  }
}

const ONE_HOUR_MS = 3_600_000;

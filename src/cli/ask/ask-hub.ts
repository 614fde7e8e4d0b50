import type { Config } from '../../config/config.ts';
import { advance, type CredentialState, initialState } from '../../domain/credential-state.ts';
import type { CommandContext } from '../command.ts';
import { openHub } from './open-hub.ts';

/**
 * Asks Docker Hub once with each credential, all at the same time: two to three requests each, none of which costs a pull.
 * Never rejects: what goes wrong is the state's newest result.
 * @returns a state for each credential, in their order, as one probe alone can tell it: `takeSnapshot()` reads it
 */
export async function askHub(
  config: Pick<Config, 'hub' | 'credentials'>,
  context: Pick<CommandContext, 'env' | 'clock' | 'stderr' | 'stopSignal'>,
): Promise<readonly CredentialState[]> {
  const { clock, stopSignal } = context;
  const hub = openHub(config, context);
  try {
    return await Promise.all(
      config.credentials.map(async (credential) => {
        const startedAt = clock.monotonicMs();
        const reading = await hub.probe(credential, stopSignal);
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

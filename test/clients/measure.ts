import { COUNTING_MODELS, type CountingModel } from '../../src/simulator/metering/bucket.ts';
import { CLIENT_KINDS, type ClientKind } from './pulling-client.ts';
import { type ManifestRequest, startSimulatedHub } from './simulated-hub.ts';
import { nameOf, type Situation } from './situation.ts';

/** What one pull costs at the hub. */
export interface Spending {
  /** HEADs of a manifest that were let in; challenges (401) are no part of it. */
  readonly heads: number;
  /** GETs of a manifest that were let in. */
  readonly gets: number;
  /** Pulls that the hub counted, in each counting model. */
  readonly pulls: Readonly<Record<CountingModel, number>>;
}

/** What a situation costs. */
export interface Measurement {
  readonly situation: Situation;
  /** The first pull, into an empty store. */
  readonly cold: Spending;
  /** The same pull again. */
  readonly warm: Spending;
}

type Requests = readonly ManifestRequest[];

/**
 * Lets a real client pull twice from a simulated hub, one for each counting model, and reads in its ledger what that cost.
 * @throws Error when a pull fails that should not, or when a client sends other requests in different models
 */
export async function measure(situation: Situation): Promise<Measurement> {
  const byModel = new Map(
    await Promise.all(
      COUNTING_MODELS.map(async (model) => [model, await pullTwice(situation, model)] as const),
    ),
  );
  const spendingOf = (state: 'cold' | 'warm') =>
    toSpending(new Map([...byModel].map(([model, requests]) => [model, requests[state]])));
  return { situation, cold: spendingOf('cold'), warm: spendingOf('warm') };
}

async function pullTwice(
  situation: Situation,
  model: CountingModel,
): Promise<{ cold: Requests; warm: Requests }> {
  const kind: ClientKind = CLIENT_KINDS[situation.client];
  const hub = await startSimulatedHub({ counting: model });
  try {
    const client = await kind.start(hub.endpoint);
    const pull = async (): Promise<Requests> => {
      hub.control.clearLedger();
      const { exitCode, stderr } = await client.pull(nameOf(situation));
      const worked = exitCode === 0;
      if (worked === (situation.image === 'Windows only')) {
        throw new Error(`${situation.client} of ${nameOf(situation)} gave ${exitCode}: ${stderr}`);
      }
      return hub.manifestRequests();
    };
    try {
      return { cold: await pull(), warm: await pull() };
    } finally {
      await client.stop();
    }
  } finally {
    await hub.stop();
  }
}

function toSpending(byModel: ReadonlyMap<CountingModel, Requests>): Spending {
  const [first = [], ...others] = byModel.values();
  const count = (requests: Requests, method: string) =>
    requests.filter((request) => request.method === method && request.status !== 401).length;
  const heads = count(first, 'HEAD');
  const gets = count(first, 'GET');
  if (others.some((requests) => count(requests, 'HEAD') !== heads || count(requests, 'GET') !== gets)) {
    throw new Error(`The client asked differently: ${JSON.stringify([first, ...others])}`);
  }
  const pullsIn = (model: CountingModel) =>
    (byModel.get(model) ?? []).reduce((sum, { pulls }) => sum + pulls, 0);
  return {
    heads,
    gets,
    pulls: {
      'per-get': pullsIn('per-get'),
      'two-gets': pullsIn('two-gets'),
      'per-architecture': pullsIn('per-architecture'),
    },
  };
}

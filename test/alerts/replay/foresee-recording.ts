import { type Forecast, forecast } from '../../../src/domain/forecast/forecast.ts';
import type { Sample } from '../../../src/domain/forecast/series-point.ts';
import type { Observation } from '../../../src/domain/result.ts';
import type { Recording } from './record-scenario.ts';

/** The forecasts that are made after each observation of a recording; undefined where none was. */
export type Foresight = readonly (Forecast | undefined)[];

/** Above this share, and unless it falls fast, a bucket is taken to last: foreseeing all of a week takes minutes. */
const LASTING_SHARE = 0.45;
const FAST_SHARE = 0.1;
/** How far back forecasts look here, in milliseconds. */
const MEMORY_MS = 24 * 3_600_000;

/**
 * Makes the forecasts of a recording, as the forecast service does, but once in `everyMs` for each bucket, and when it is
 * used up: the message states when it refills.
 */
export function foreseeRecording({ observations }: Recording, everyMs: number): Foresight {
  const samples = new Map<string, Sample[]>();
  const madeAt = new Map<string, number>();
  return observations.map((observation) => {
    const sample = sampleOf(observation);
    if (!sample) return undefined;
    const bucket = sample.source ?? observation.credential;
    const known = samples.get(bucket) ?? [];
    samples.set(bucket, known);
    const isExhausted = sample.remaining <= 0 && (known.at(-1)?.remaining ?? 0) > 0;
    known.push(sample);
    if (!isExhausted && sample.at - (madeAt.get(bucket) ?? 0) < everyMs) return undefined;
    madeAt.set(bucket, sample.at);
    if (isLasting(known, sample)) return LASTING(sample);
    return forecast(
      known.filter(({ at }) => at > sample.at - MEMORY_MS),
      undefined,
      sample.at,
    );
  });
}

function isLasting(known: readonly Sample[], sample: Sample): boolean {
  const before = known.at(-10) ?? sample;
  const hasMuch = sample.remaining > sample.limit * LASTING_SHARE;
  return hasMuch && before.remaining - sample.remaining < sample.limit * FAST_SHARE;
}

function LASTING({ at, remaining, limit }: Sample): Forecast {
  return {
    kind: 'forecast',
    at,
    remaining,
    limit,
    refill: null,
    window: { kind: 'sliding', weight: 0.5 },
    returns: [],
    ratePerHour: { low: 0, likely: 0, high: 0 },
    exhaustion: null,
    risk: 0,
  };
}

function sampleOf({ at, reading }: Observation): Sample | undefined {
  if (reading.kind !== 'metered') return undefined;
  return { kind: 'limited', at, ...reading.rateLimit, source: reading.source?.value };
}

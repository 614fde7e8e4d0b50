import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Demand, type Family, HOUR_MS, MINUTE_MS } from './demand.ts';

/** The length of a row of a trace. */
const ROW_MS = 5 * MINUTE_MS;
/** The demand of a real trace, as a share of what its bucket can sustain. */
const DEMANDS = [0.6, 1.1];

/**
 * Returns families that repeat a recorded series of counts, at each share of the capacity. A scene gets a random part of the
 * series, scaled to the capacity of its bucket; pulls are Poisson arrivals with this rate, which the oracle knows.
 * @param path a file with the columns `timestamp` and `value`, one row for every five minutes
 */
export function realFamilies(path: string): Record<string, Family> {
  const values = readValues(path);
  const name = basename(path, '.csv');
  return Object.fromEntries(DEMANDS.map((share) => [`${name} at ${share}`, repeated(values, share)]));
}

function readValues(path: string): number[] {
  const [, ...rows] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  return rows.map((row, i) => {
    const value = Number(row.split(',').at(-1));
    if (!(value >= 0)) throw new RangeError(`${path}:${i + 2}: the value is not a number from 0: ${row}`);
    return value;
  });
}

function repeated(values: readonly number[], share: number): Family {
  return (scene, random) => {
    const rows = Math.ceil((scene.to - scene.from) / ROW_MS);
    if (rows > values.length) throw new RangeError(`The trace is shorter than ${rows * 5} minutes`);
    const first = Math.floor(random() * (values.length - rows));
    const part = values.slice(first, first + rows);
    const mean = part.reduce((sum, value) => sum + value, 0) / rows;
    const scale = (share * scene.capacity) / Math.max(mean, Number.MIN_VALUE);
    const rateAt = (at: number) => scale * (part[Math.floor((at - scene.from) / ROW_MS)] ?? 0);
    const demand = new Demand(scene);
    // Hour by hour, so that thinning stays fast although some rows are a hundred times the mean.
    for (let from = scene.from; from < scene.to; from += HOUR_MS) {
      const highest = Math.max(...Array.from({ length: 13 }, (_, row) => rateAt(from + row * ROW_MS)));
      if (highest > 0) demand.addPoisson(random, rateAt, highest, from, from + HOUR_MS);
    }
    return demand;
  };
}

/**
 * The usual way: Prometheus' `predict_linear` over the last samples, least squares, false readings and refills and all.
 * @param {readonly {at: number, remaining: number}[]} samples in the order of time
 * @param {number} now
 * @param {number} overMs how far back it looks
 * @param {number} horizonMs how far ahead it is believed
 * @returns {number | null} when the line reaches 0; null when it does not within the horizon
 */
export function straightLineDryAt(samples, now, overMs, horizonMs) {
  let n = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (let i = samples.length - 1; i >= 0; i -= 1) {
    const { at, remaining } = samples[i] ?? { at: 0, remaining: 0 };
    if (at < now - overMs) break;
    const x = (at - now) / 1_000;
    n += 1;
    sumX += x;
    sumY += remaining;
    sumXX += x * x;
    sumXY += x * remaining;
  }
  const spread = sumXX - (sumX * sumX) / n;
  if (n < 2 || spread === 0) return null;
  const slope = (sumXY - (sumX * sumY) / n) / spread;
  const level = sumY / n - (slope * sumX) / n;
  if (slope >= 0) return null;
  const dryAt = now + Math.max(0, -level / slope) * 1_000;
  return dryAt - now <= horizonMs ? dryAt : null;
}

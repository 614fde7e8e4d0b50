/** How many pairs are thought of at most. */
const MOST_PAIRS = 24;

/**
 * Between two samples some pulls are made and some come back, and only the difference shows. This is how many of both
 * cancel out on average, when they are two independent Poisson streams with these means.
 */
export function hiddenPairs(meanMade: number, meanReturned: number, difference: number): number {
  const product = meanMade * meanReturned;
  const apart = Math.abs(difference);
  let term = 1;
  let sum = 1;
  let weighted = 0;
  for (let pairs = 1; pairs <= MOST_PAIRS; pairs += 1) {
    term *= product / (pairs * (pairs + apart));
    sum += term;
    weighted += pairs * term;
  }
  return weighted / sum;
}

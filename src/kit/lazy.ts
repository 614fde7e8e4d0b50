/**
 * Returns a function that makes a value at its first call, and returns the same one afterwards. For objects of `Intl` that not every
 * run needs: the first segmenter of a process takes 20 ms and 5 MiB, which doubled the time of `headroom --version`.
 */
export function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

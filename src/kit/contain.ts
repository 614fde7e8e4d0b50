/** Called when an item of a list breaks; not again for the same item before it has worked in between. */
export type ReportBroken = (surface: string, item: string, error: unknown) => void;

/**
 * Keeps one broken item from breaking the list it is part of: a page, an API list, an exposition, a round of rules. The
 * item is replaced by something that says that it is broken, and reported once.
 */
export interface Containment {
  /**
   * Returns what `make` returns, or what `broken` returns when it throws.
   * @param surface where the item is shown, for the report
   * @param item the item's name, for the report
   */
  one<Made>(surface: string, item: string, make: () => Made, broken: (error: unknown) => Made): Made;
}

/** How many broken items are remembered; beyond it they are contained and not reported. */
const MAX_REMEMBERED = 1_000;

/** Creates a containment that reports each broken item once. */
export function createContainment(report: ReportBroken): Containment {
  const known = new Set<string>();
  return {
    one(surface, item, make, broken) {
      const key = `${surface} ${item}`;
      try {
        const made = make();
        if (known.size > 0) known.delete(key);
        return made;
      } catch (error) {
        if (!known.has(key) && known.size < MAX_REMEMBERED) {
          known.add(key);
          report(surface, item, error);
        }
        return broken(error);
      }
    },
  };
}

/** Contains without a report. */
export const UNREPORTED: Containment = {
  one(_surface, _item, make, broken) {
    try {
      return make();
    } catch (error) {
      return broken(error);
    }
  },
};

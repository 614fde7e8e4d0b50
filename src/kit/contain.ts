/** Called once when an item fails, and again only after the item has worked in between. */
export type ReportBroken = (surface: string, item: string, error: unknown) => void;

/**
 * Isolates failures of single items in a list (a page, an API list, an exposition, an evaluation of rules): the item is
 * replaced by a value that shows the failure, and the failure is reported once.
 */
export interface Containment {
  /**
   * Returns the result of `make`, or the result of `broken` when `make` throws.
   * @param surface where the item is shown, for the report
   * @param item the item's name, for the report
   */
  one<Made>(surface: string, item: string, make: () => Made, broken: (error: unknown) => Made): Made;
}

/** The most failing items that are remembered. Further items are contained, and not reported. */
const MAX_REMEMBERED = 1_000;

/** Creates a containment that reports each failing item once. */
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

/** A containment that reports nothing. */
export const UNREPORTED: Containment = {
  one(_surface, _item, make, broken) {
    try {
      return make();
    } catch (error) {
      return broken(error);
    }
  },
};

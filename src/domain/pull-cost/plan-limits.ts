/** The most images that one plan counts, in all of its files. */
export const MAX_IMAGES = 20_000;
/** The most problems that one plan names; the others are counted. */
export const MAX_PROBLEMS = 1_000;
/** The longest text that is read as an image reference, in characters. Docker's own limits allow about 780. */
export const MAX_REFERENCE_LENGTH = 1_000;
/** The longest text that substituting variables may produce, in characters. */
export const MAX_EXPANSION_LENGTH = 4_096;

/** Thrown when a file asks for more than a plan reads. The message is a sentence for the user, without a full stop. */
export class PlanLimitError extends Error {
  override readonly name = 'PlanLimitError';
}

/** Counts what the files of one plan hold together, so that a short file cannot stand for millions of images. */
export interface ReadingBudget {
  /**
   * Counts one image, whether it can be read or not. Call it before the image is read.
   * @throws PlanLimitError above the limit
   */
  takeImage(): void;
}

/** Returns a budget for the files of one plan: 20,000 images unless given. */
export function createReadingBudget(maxImages = MAX_IMAGES): ReadingBudget {
  let count = 0;
  return {
    takeImage() {
      count++;
      if (count <= maxImages) return;
      throw new PlanLimitError(
        `More than ${maxImages} images in one plan: this document is not counted. Plan fewer files at a time`,
      );
    },
  };
}

import type { Badge } from './badge.ts';
import { BADGE_COLOURS } from './badge-svg.ts';

/** How long a badge may be shown again without asking, in seconds. */
export const BADGE_MAX_AGE_SECONDS = 60;

/** A badge as shields.io draws it from any address (https://shields.io/badges/endpoint-badge). */
export interface BadgeJson {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: string;
  readonly isError: boolean;
  readonly cacheSeconds: number;
}

/** Writes a badge for shields.io. */
export function toBadgeJson({ label, message, tone, isError }: Badge): BadgeJson {
  return {
    schemaVersion: 1,
    label,
    message,
    color: BADGE_COLOURS[tone],
    isError,
    cacheSeconds: BADGE_MAX_AGE_SECONDS,
  };
}

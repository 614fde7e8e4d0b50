import type { Tone } from '../../domain/alerts/wording/group.ts';

/** How a message looks by its urgency; the words say the same. */
export const TONES: Readonly<Record<Tone, { readonly sign: string; readonly color: string }>> = {
  critical: { sign: '🔴', color: '#cc1c3f' },
  warning: { sign: '🟠', color: '#c77700' },
  info: { sign: '🔵', color: '#0b57c9' },
  resolved: { sign: '✅', color: '#0a8a5f' },
  acknowledged: { sign: '👀', color: '#7a8598' },
};

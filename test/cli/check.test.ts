import { join } from 'node:path';
import { describe } from 'vitest';
import { playHubScripts } from './hub-scripts.ts';

describe('headroom check', () => {
  playHubScripts(join(import.meta.dirname, 'check/scripts'));
});

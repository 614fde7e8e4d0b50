import { join } from 'node:path';
import { describe } from 'vitest';
import { playHubScripts } from './hub-scripts.ts';

describe('headroom usage', () => {
  playHubScripts(join(import.meta.dirname, 'usage/scripts'));
});

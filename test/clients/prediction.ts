import type { Situation } from './situation.ts';

/**
 * What the clients' sources say of a situation (read in 2026, in newer versions than Debian 12's): pulls per GET, and
 * HEADs beside them. `-` where they say nothing.
 */
export function predictionOf({ client, image, by }: Situation, state: 'cold' | 'warm'): string {
  const gets = image === 'single-architecture' || image === 'Windows only' ? 1 : 2;
  switch (client) {
    case 'containerd':
      if (state === 'cold') return by === 'tag' ? `${gets} (+1 HEAD)` : '-';
      return by === 'tag' ? '0 (+1 HEAD)' : '0';
    case 'skopeo copy':
      if (state === 'cold') return by === 'tag' ? `${gets} (no HEAD)` : '-';
      return by === 'tag' ? 'at least 1' : '0 to 1';
    case 'skopeo copy through docker-registry':
      if (by === 'digest') return state === 'cold' ? '-' : '0';
      return state === 'cold' ? `${gets} (+1 HEAD)` : '0 (+1 HEAD)';
    case 'HEAD through docker-registry':
      return state === 'cold' ? '1 (+1 HEAD)' : '0 (+1 HEAD)';
    case 'skopeo copy --all':
    case 'skopeo inspect':
      return '-';
  }
}

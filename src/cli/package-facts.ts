import { readFileSync } from 'node:fs';
import type { BuildInfo } from '../metrics/exporter-section.ts';

/** What runs. The revision is put into the environment by whoever builds the image; without it nobody knows. */
export function readBuildInfo(env: Readonly<Record<string, string | undefined>>): BuildInfo {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return { version, revision: env.HEADROOM_REVISION || 'unknown', nodeVersion: process.versions.node };
}

import type { StoredManifest } from '../image-store.ts';
import { type Content, contentOf, descriptorOf, digestOf, jsonContentOf } from './content.ts';
import { storeAsGzip } from './gzip.ts';
import type { MediaTypes } from './media-types.ts';
import { formatPlatform, type Platform } from './platform.ts';
import { packTar, type TarFile } from './tar.ts';

/** A manifest and everything it refers to. */
export interface Tree {
  /** What a tag points to. */
  readonly top: StoredManifest;
  /** The top, and for an index the manifests it lists. */
  readonly manifests: readonly StoredManifest[];
  readonly blobs: readonly Content[];
}

/** When all images were made: images of another date would have other digests. */
export const CREATED = '2026-01-01T00:00:00Z';

/** Builds the image of one platform: two small layers, their configuration and their manifest. */
export function buildImage(name: string, platform: Platform, types: MediaTypes): Tree {
  const archives = [packTar([baseFile(platform)]), packTar([greeting(name, platform)])];
  const layers = archives.map((archive) => contentOf(types.layer, storeAsGzip(archive)));
  const config = jsonContentOf(types.config, {
    ...platform,
    created: CREATED,
    config: { Env: ['PATH=/usr/bin:/bin'], Cmd: ['/bin/cat', '/srv/greeting'], WorkingDir: '/' },
    rootfs: { type: 'layers', diff_ids: archives.map(digestOf) },
    history: [`base of ${formatPlatform(platform)}`, `greeting of ${name}`].map((step) => ({
      created: CREATED,
      created_by: step,
    })),
  });
  const manifest = jsonContentOf(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  });
  return { top: manifest, manifests: [manifest], blobs: [config, ...layers] };
}

function baseFile(platform: Platform): TarFile {
  return { path: inRoot(platform, 'etc/os-release'), text: `ID=simulated\n# ${JSON.stringify(platform)}\n` };
}

function greeting(name: string, platform: Platform): TarFile {
  return { path: inRoot(platform, 'srv/greeting'), text: `${name} for ${formatPlatform(platform)}\n` };
}

/** Layers of Windows images keep the system's files under `Files/`, its registry under `Hives/`. */
function inRoot({ os }: Platform, path: string): string {
  return os === 'windows' ? `Files/${path}` : path;
}

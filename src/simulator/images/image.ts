import { packTar, storeAsGzip, type TarFile } from './archive.ts';
import type { StoredManifest } from './catalogue.ts';
import {
  type Content,
  contentOf,
  descriptorOf,
  digestOf,
  formatPlatform,
  IN_TOTO,
  jsonContentOf,
  type MediaTypes,
  OCI,
  type Platform,
} from './content.ts';

/** A manifest and everything that it references. */
export interface Tree {
  /** The manifest that a tag references. */
  readonly top: StoredManifest;
  /** `top`, and for an index the manifests that it lists. */
  readonly manifests: readonly StoredManifest[];
  readonly blobs: readonly Content[];
}

/** Creation time of every image, fixed because the digests depend on it. */
const CREATED = '2026-01-01T00:00:00Z';

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

/** Returns the path in a layer. Layers of Windows images have the files of the system under `Files/`. */
function inRoot({ os }: Platform, path: string): string {
  return os === 'windows' ? `Files/${path}` : path;
}

const PREDICATE = 'https://slsa.dev/provenance/v0.2';

/** Platform of attestations in an index, which matches no machine. */
const NO_PLATFORM: Platform = { architecture: 'unknown', os: 'unknown' };

/**
 * Builds the manifest in which BuildKit stores the attestation of an image
 * (https://docs.docker.com/build/metadata/attestations/attestation-storage/).
 */
function buildAttestation(name: string, subject: Content): Tree {
  const statement = {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: PREDICATE,
    subject: [{ name: `pkg:docker/${name}`, digest: { sha256: subject.digest.replace('sha256:', '') } }],
    predicate: { builder: { id: '' }, buildType: 'https://mobyproject.org/buildkit@v1' },
  };
  const layer = contentOf(IN_TOTO, Buffer.from(JSON.stringify(statement)));
  const config = jsonContentOf(OCI.config, {
    ...NO_PLATFORM,
    config: {},
    rootfs: { type: 'layers', diff_ids: [digestOf(layer.body)] },
  });
  const content = jsonContentOf(OCI.manifest, {
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config: descriptorOf(config),
    layers: [{ ...descriptorOf(layer), annotations: { 'in-toto.io/predicate-type': PREDICATE } }],
  });
  const manifest = { ...content, isAttestation: true };
  return { top: manifest, manifests: [manifest], blobs: [config, layer] };
}

/** Returns the entry of an attestation in an index. */
function attestationEntry(attestation: Content, subject: Content): object {
  return {
    ...descriptorOf(attestation),
    annotations: {
      'vnd.docker.reference.digest': subject.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform: NO_PLATFORM,
  };
}

/**
 * Builds a multi-platform image: an OCI index or Docker's manifest list, and one image for each platform.
 * @param attested true to add an attestation for each image, listed after the images as BuildKit does
 */
export function buildIndex(
  name: string,
  platforms: readonly Platform[],
  types: MediaTypes,
  attested: boolean,
): Tree {
  const images = platforms.map((platform) => ({ platform, tree: buildImage(name, platform, types) }));
  const subjects = attested ? images.map(({ tree }) => tree.top) : [];
  const attestations = subjects.map((subject) => ({ subject, tree: buildAttestation(name, subject) }));
  const content = jsonContentOf(types.index, {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [
      ...images.map(({ platform, tree }) => ({ ...descriptorOf(tree.top), platform })),
      ...attestations.map(({ subject, tree }) => attestationEntry(tree.top, subject)),
    ],
  });
  const children = [
    ...images.map(({ platform, tree }) => ({ digest: tree.top.digest, platform: formatPlatform(platform) })),
    ...attestations.map(({ tree }) => ({ digest: tree.top.digest, platform: formatPlatform(NO_PLATFORM) })),
  ];
  const trees = [...images, ...attestations].map(({ tree }) => tree);
  const top = { ...content, children };
  return {
    top,
    manifests: [top, ...trees.flatMap(({ manifests }) => manifests)],
    blobs: trees.flatMap(({ blobs }) => blobs),
  };
}

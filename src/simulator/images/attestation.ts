import { type Content, contentOf, descriptorOf, digestOf, jsonContentOf } from './content.ts';
import type { Tree } from './image.ts';
import { IN_TOTO, OCI } from './media-types.ts';
import type { Platform } from './platform.ts';

const PREDICATE = 'https://slsa.dev/provenance/v0.2';

/** The platform under which an index lists attestations, so that no machine takes them for an image. */
export const NO_PLATFORM: Platform = { architecture: 'unknown', os: 'unknown' };

/**
 * Builds the manifest in which BuildKit keeps what it attests of an image
 * (https://docs.docker.com/build/metadata/attestations/attestation-storage/).
 */
export function buildAttestation(name: string, subject: Content): Tree {
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

/** How an index lists an attestation of an image. */
export function attestationEntry(attestation: Content, subject: Content): object {
  return {
    ...descriptorOf(attestation),
    annotations: {
      'vnd.docker.reference.digest': subject.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform: NO_PLATFORM,
  };
}

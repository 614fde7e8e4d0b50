import { createHash } from 'node:crypto';

/** A manifest or a blob with its digest. */
export interface Content {
  readonly mediaType: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly body: Buffer;
}

/** Reference to a content in a manifest (OCI image specification 1.1, descriptor.md). */
interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Size in bytes. */
  readonly size: number;
}

/** Returns a content with the digest of its body. */
export function contentOf(mediaType: string, body: Buffer): Content {
  return { mediaType, digest: digestOf(body), body };
}

/** Returns a document as JSON with three spaces of indentation, as Docker's tools write it, with its digest. */
export function jsonContentOf(mediaType: string, document: object): Content {
  return contentOf(mediaType, Buffer.from(JSON.stringify(document, null, 3)));
}

/** Returns the digest of bytes: `sha256:` and 64 hexadecimal digits. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Returns the reference to a content for a manifest. */
export function descriptorOf({ mediaType, digest, body }: Content): Descriptor {
  return { mediaType, digest, size: body.length };
}

/** Media types of one image format. */
export interface MediaTypes {
  readonly index: string;
  readonly manifest: string;
  readonly config: string;
  readonly layer: string;
}

/** Media types of the OCI format (image specification 1.1, media-types.md). */
export const OCI: MediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/** Media types of Docker's format: Image Manifest Version 2, Schema 2 (distribution, manifest-v2-2.md). */
export const DOCKER: MediaTypes = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};

/** Media type of an attestation by BuildKit (in-toto attestation framework 1.0). */
export const IN_TOTO = 'application/vnd.in-toto+json';

/** Platform of an image, as in a manifest (OCI image specification 1.1, image-index.md). */
export interface Platform {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
}

/** The platforms of multi-architecture images for Linux. */
export const LINUX: readonly Platform[] = [
  { architecture: 'amd64', os: 'linux' },
  { architecture: 'arm', os: 'linux', variant: 'v7' },
  { architecture: 'arm64', os: 'linux', variant: 'v8' },
];

/** The platform of single-architecture images. */
export const LINUX_AMD64: Platform = { architecture: 'amd64', os: 'linux' };

/** The platforms of Windows images: Windows Server 2022 and 2025. */
export const WINDOWS: readonly Platform[] = [
  { architecture: 'amd64', os: 'windows', 'os.version': '10.0.20348.4171' },
  { architecture: 'amd64', os: 'windows', 'os.version': '10.0.26100.6584' },
];

/** Returns a platform in the usual notation, such as `linux/arm/v7`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}

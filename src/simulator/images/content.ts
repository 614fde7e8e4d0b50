import { createHash } from 'node:crypto';

/** Bytes known by their digest: a manifest or a blob. */
export interface Content {
  readonly mediaType: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly body: Buffer;
}

/** What a manifest says of a content (OCI image specification 1.1, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** Names a body by its digest. */
export function contentOf(mediaType: string, body: Buffer): Content {
  return { mediaType, digest: digestOf(body), body };
}

/** Writes a document the way Docker's tools do, JSON with three spaces of indentation, and names it by its digest. */
export function jsonContentOf(mediaType: string, document: object): Content {
  return contentOf(mediaType, Buffer.from(JSON.stringify(document, null, 3)));
}

/** The digest of bytes: `sha256:` and 64 hexadecimal digits. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Describes a content to the manifest that refers to it. */
export function descriptorOf({ mediaType, digest, body }: Content): Descriptor {
  return { mediaType, digest, size: body.length };
}

/**
 * The `Accept` header of a client that wants any manifest: both kinds of index and of manifest. Without it Docker Hub
 * answers in formats of 2015.
 */
export const MANIFEST_ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** What a path under `/v2/` asks for. */
export interface Question {
  readonly kind: 'manifest' | 'blob' | 'tags' | 'version' | 'unknown';
  /** Empty for `/v2/` itself. */
  readonly repository: string;
  /** Tag or digest; empty for everything else. */
  readonly reference: string;
}

const RESOURCE = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/;
const TAGS = /^\/v2\/(.+)\/tags\/list$/;

/** Reads a path, without its query: containerd adds `?ns=docker.io` to every one. */
export function parseQuestion(path: string): Question {
  const [, repository, resource, reference] = RESOURCE.exec(path) ?? [];
  if (repository !== undefined && reference !== undefined) {
    return { kind: resource === 'blobs' ? 'blob' : 'manifest', repository, reference };
  }
  if (path === '/v2/' || path === '/v2') return { kind: 'version', repository: '', reference: '' };
  const tagged = TAGS.exec(path)?.[1];
  if (tagged !== undefined) return { kind: 'tags', repository: tagged, reference: '' };
  return { kind: 'unknown', repository: '', reference: '' };
}

/** The way to the page of a credential, without the root. */
export function credentialPath(name: string): string {
  return `credentials/${encodeSegment(name)}`;
}

/** The way to the page of a bucket, without the root. */
export function bucketPath(source: string): string {
  return `buckets/${encodeSegment(source)}`;
}

/** Half of a surrogate pair cannot be encoded. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\uFFFD'));
}

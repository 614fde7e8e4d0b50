import { QueryError } from './query-error.ts';

/**
 * Reads a body as text, and leaves it as soon as it grows too large.
 * @throws QueryError when it has more than `maxBytes`
 */
export async function readBounded(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new QueryError(
        `the answer is larger than ${formatMebibytes(maxBytes)}; narrow history.prometheus.matcher`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function formatMebibytes(bytes: number): string {
  return `${Number((bytes / 1_048_576).toFixed(2))} MiB`;
}

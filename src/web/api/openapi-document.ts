import { readFileSync } from 'node:fs';

/** What the document says of the server that serves it. */
export interface OpenapiServer {
  readonly routePrefix: string;
  readonly externalUrl?: string | undefined;
  /** Headroom's version. */
  readonly version: string;
}

/** Reads the description of the API from its file, which is kept; what reads YAML is loaded then. */
export function createOpenapiDocument(file: string, server: OpenapiServer): () => Promise<object> {
  let reading: Promise<object> | undefined;
  return () => {
    reading ??= readDocument(file, server);
    return reading;
  };
}

async function readDocument(file: string, server: OpenapiServer): Promise<object> {
  const { parse } = await import('yaml');
  const document = parse(readFileSync(file, 'utf8')) as { readonly info: object };
  return {
    ...document,
    info: { ...document.info, version: server.version },
    servers: [{ url: serverUrl(server) }],
  };
}

/** Paths are put behind it as they are, so that it must not end in a slash, unless it is nothing else. */
function serverUrl({ externalUrl, routePrefix }: OpenapiServer): string {
  return externalUrl?.replace(/\/+$/, '') ?? routePrefix;
}

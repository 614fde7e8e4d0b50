import type { HeadroomProcess } from './headroom-process.ts';
import type { SecretConfiguration } from './secret-configuration.ts';

/** One answer, whole: where it came from, its headers and its body. */
export interface ReadAnswer {
  readonly place: string;
  readonly text: string;
}

const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0';

/** Requests everything that a running Headroom serves. */
export async function readEverything(
  headroom: HeadroomProcess,
  { authorization, credentials }: SecretConfiguration,
): Promise<ReadAnswer[]> {
  const read = async (path: string, init: RequestInit = {}): Promise<ReadAnswer> => {
    const response = await headroom.get(path, init);
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    return { place: path, text: `${response.status}\n${headers}\n${await response.text()}` };
  };
  const withPassword = { headers: { authorization } };
  return await Promise.all([
    ...['/', '/metrics', '/config', '/api/v1/summary', '/api/v1/credentials', '/-/healthy', '/-/ready'].map(
      (path) => read(path, withPassword),
    ),
    read('/metrics', { headers: { authorization, accept: OPEN_METRICS } }),
    ...credentials.map((name) => read(`/probe?credential=${name}`, withPassword)),
    read('/probe?credential=nobody', withPassword),
    read('/nowhere', withPassword),
    read('/api/v1/nowhere', withPassword),
    read('/nowhere', { headers: { authorization, accept: 'text/html' } }),
    read('/metrics'),
    read('/metrics', { headers: { authorization: authorization.slice(0, -6) } }),
  ]);
}

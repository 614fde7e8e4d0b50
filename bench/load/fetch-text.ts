/** Fetches a page of a server on loopback as text. Throws unless its status is 200. */
export async function fetchText(port: number, path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
  return response.text();
}

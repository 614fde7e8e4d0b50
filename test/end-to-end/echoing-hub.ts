import { createServer, type IncomingMessage } from 'node:http';
import { listen } from '../hub/loopback-server.ts';

/** How a hub, or whatever answers in its place, repeats what it was sent, in the message of an error. */
export const ECHOES = {
  'the password': ({ password }) => `Wrong password ${password}, try another`,
  'the header': ({ authorization }) => `Your request was: Authorization: ${authorization}`,
  'the header decoded': ({ username, password }) => `Wrong: ${username}:${password}`,
  'the form': ({ body }) => `Cannot read ${body}`,
  'all as JSON': (sent) => JSON.stringify(sent),
} as const satisfies Record<string, (sent: Sent) => string>;

/** One of `ECHOES`. */
export type Echo = keyof typeof ECHOES;

/** What a token request held. */
interface Sent {
  readonly authorization: string;
  readonly username: string;
  readonly password: string;
  readonly body: string;
}

/** A hub that takes no login, and repeats it in its answer; for one test. Its URL. */
export async function startEchoingHub(echo: Echo): Promise<string> {
  const server = createServer(async (request, response) => {
    const origin = `http://${request.headers.host}`;
    if (!request.url?.startsWith('/token')) {
      const challenge = `Bearer realm="${origin}/token",service="registry.docker.io",scope="repository:ratelimitpreview/test:pull"`;
      response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
      return;
    }
    const details = ECHOES[echo](await read(request));
    response.writeHead(401, { 'Content-Type': 'application/json' }).end(JSON.stringify({ details }));
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

async function read(request: IncomingMessage): Promise<Sent> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const authorization = request.headers.authorization ?? '';
  const [username = '', ...rest] = Buffer.from(authorization.split(' ')[1] ?? '', 'base64')
    .toString()
    .split(':');
  return { authorization, username, password: rest.join(':'), body };
}

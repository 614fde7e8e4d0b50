/** Yardstick for `headroom check`: requests a token and the headers of the rate limit with undici, and prints what is left. */
import { request } from 'undici';

const IMAGE = 'ratelimitpreview/test';
const [hub = ''] = process.argv.slice(2);
const token = await request(`${hub}/token?service=registry.docker.io&scope=repository:${IMAGE}:pull`);
const { token: bearer } = (await token.body.json()) as { token: string };
const manifest = await request(`${hub}/v2/${IMAGE}/manifests/latest`, {
  method: 'HEAD',
  headers: { authorization: `Bearer ${bearer}` },
});
await manifest.body.dump();
const remaining = manifest.headers['ratelimit-remaining'];
const limit = manifest.headers['ratelimit-limit'];
if (remaining === undefined) {
  console.error(`No rate limit: status ${manifest.statusCode}`);
  process.exit(3);
}
console.log(`${remaining} of ${limit}`);
process.exit(0);

import type { ListenAddress } from '../../kit/network-address.ts';
import type { SimulatorControl } from '../../simulator/control.ts';
import { isLoopback } from '../../simulator/metering/client-address.ts';
import { PROFILES } from '../../simulator/profile.ts';
import { alignColumns } from '../command.ts';
import { describeLimits } from './bucket-flags.ts';
import { DEFAULT_CONTROL_URL } from './control-command.ts';

/** Accepts IPv4 connections too. */
const EVERY_INTERFACE = '::';

/** Returns the host to listen on; every interface if the address has none. */
export function listenHost({ host }: ListenAddress): string {
  return host ?? EVERY_INTERFACE;
}

/** Returns the URL for clients on this machine: 127.0.0.1 in place of the address of every interface. */
export function clientUrl(listening: URL): URL {
  const url = new URL(listening);
  if (url.hostname === '0.0.0.0' || url.hostname === `[${EVERY_INTERFACE}]`) url.hostname = '127.0.0.1';
  return url;
}

/** Reports whether other machines can reach a simulator at this URL. */
export function isPublic(listening: URL): boolean {
  return !isLoopback(listening.hostname.replace(/^\[|\]$/g, ''));
}

/** Describes why a simulator cannot listen, and what to do. */
export function listenFailure({ host, port }: ListenAddress, error: Error): string {
  const address = `${host?.includes(':') ? `[${host}]` : (host ?? '')}:${port}`;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Cannot listen on ${address}: the port is in use. Stop the program that uses it, or choose another with --listen`;
  }
  if (code === 'EACCES') return `Cannot listen on ${address}: this user is not allowed to use the port`;
  if (code === 'EADDRNOTAVAIL') return `Cannot listen on ${address}: this machine has no such address`;
  return `Cannot listen on ${address}: ${error.message}`;
}

/** The simulator that a guide describes. */
interface GuideOptions {
  /** URL of the simulator. */
  readonly url: URL;
  readonly control: SimulatorControl;
  /** File with its certificate authority; undefined without TLS, or if it was not written. */
  readonly caFile: string | undefined;
}

/** Describes what a simulator serves and how to configure clients for it, with a final newline. */
export function describeSimulator(subject: GuideOptions): string {
  const { url, control } = subject;
  const { origin } = clientUrl(url);
  const accounts = control.accounts().map(({ name, plan }) => `${name} (${plan})`);
  return `A simulated Docker Hub is at ${origin}

${indent([
  ['profile', `${control.profile}: ${PROFILES[control.profile].summary}`],
  ['limits', describeLimits(control.limits)],
  ['accounts', accounts.join(', ') || 'none; --account NAME:PASSWORD adds one'],
  ['images', 'library/alpine, library/nginx, ratelimitpreview/test and more: docs/simulator.md'],
])}

Configure clients for it:

${indent(clientRows(subject))}

Control it from another terminal, with status, spend, fault, ledger and others (headroom simulate --help):

  headroom simulate status${controlFlags(subject)}
${isPublic(url) ? '\nOther machines can pull from it; the control API answers this machine only.\n' : ''}`;
}

function controlFlags({ url, caFile }: GuideOptions): string {
  const { origin } = clientUrl(url);
  const where = origin === DEFAULT_CONTROL_URL.origin ? '' : ` --url ${origin}`;
  return caFile === undefined ? where : `${where} --tls-ca-file ${caFile}`;
}

type ClientRow = readonly [client: string, command: string];

function clientRows({ url, caFile }: GuideOptions): readonly ClientRow[] {
  const { origin, host, protocol } = clientUrl(url);
  const image = `${host}/library/alpine:latest`;
  if (protocol === 'http:') {
    return [
      ['Headroom', `HEADROOM_HUB_URL=${origin} headroom`],
      ...curlRows('curl -s', origin),
      ['skopeo', `skopeo copy --src-tls-verify=false docker://${image} dir:/tmp/alpine`],
      ['containerd', `ctr images pull --plain-http ${image}`],
    ];
  }
  if (caFile === undefined) {
    return [
      ...curlRows('curl -sk', origin),
      ['skopeo', `skopeo copy --src-tls-verify=false docker://${image} dir:/tmp/alpine`],
      ['containerd', `ctr images pull --skip-verify ${image}`],
      ['others', 'need its certificate authority: write it with --tls-ca-file FILE'],
    ];
  }
  return [
    ['Headroom', `NODE_EXTRA_CA_CERTS=${caFile} HEADROOM_HUB_URL=${origin} headroom`],
    ...curlRows(`curl -s --cacert ${caFile}`, origin),
    ['skopeo', `SSL_CERT_FILE=${caFile} skopeo copy docker://${image} dir:/tmp/alpine`],
    ['containerd', `ctr images pull --tlscacert ${caFile} ${image}`],
  ];
}

/** Returns the commands of Docker's documentation that show the remaining pulls. A HEAD is free. */
function curlRows(curl: string, origin: string): readonly ClientRow[] {
  const repository = 'ratelimitpreview/test';
  return [
    ['curl', `TOKEN=$(${curl} '${origin}/token?scope=repository:${repository}:pull' | jq -r .token)`],
    ['', `${curl} -I -H "Authorization: Bearer $TOKEN" ${origin}/v2/${repository}/manifests/latest`],
  ];
}

function indent(rows: readonly (readonly string[])[]): string {
  return alignColumns(rows.map(([first = '', ...rest]) => [`  ${first}`, ...rest]));
}

import type { SimulatorControl } from '../../simulator/control.ts';
import { PROFILES } from '../../simulator/profile.ts';
import { alignColumns } from '../columns.ts';
import { DEFAULT_CONTROL_URL } from './control-command.ts';
import { describeLimits } from './limit-words.ts';
import { clientUrl, isPublic } from './listening.ts';

/** What a guide is about. */
export interface GuideSubject {
  /** Where the simulator listens. */
  readonly url: URL;
  readonly control: SimulatorControl;
  /** Where its certificate authority is written; undefined without TLS, or when it is kept to itself. */
  readonly caFile: string | undefined;
}

/** What a simulator serves and how clients are pointed at it, with a final newline. */
export function describeSimulator(subject: GuideSubject): string {
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

Point clients at it:

${indent(clientRows(subject))}

Control it from another terminal, with status, spend, fault, ledger and others (headroom simulate --help):

  headroom simulate status${controlFlags(subject)}
${isPublic(url) ? '\nOther machines can pull from it; control answers this machine only.\n' : ''}`;
}

function controlFlags({ url, caFile }: GuideSubject): string {
  const { origin } = clientUrl(url);
  const where = origin === DEFAULT_CONTROL_URL.origin ? '' : ` --url ${origin}`;
  return caFile === undefined ? where : `${where} --tls-ca-file ${caFile}`;
}

type ClientRow = readonly [client: string, command: string];

function clientRows({ url, caFile }: GuideSubject): readonly ClientRow[] {
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
      ['others', 'need its certificate authority: --tls-ca-file FILE writes it'],
    ];
  }
  return [
    ['Headroom', `NODE_EXTRA_CA_CERTS=${caFile} HEADROOM_HUB_URL=${origin} headroom`],
    ...curlRows(`curl -s --cacert ${caFile}`, origin),
    ['skopeo', `SSL_CERT_FILE=${caFile} skopeo copy docker://${image} dir:/tmp/alpine`],
    ['containerd', `ctr images pull --tlscacert ${caFile} ${image}`],
  ];
}

/** As Docker's documentation asks for what is left: a HEAD costs nothing. */
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

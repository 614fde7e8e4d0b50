import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientLogin, type HubEndpoint, hostOf } from './hub-endpoint.ts';
import { type Run, run } from './program.ts';

/** A skopeo with settings of its own in a temporary folder, which takes one hub for Docker Hub. */
export interface Skopeo {
  /** `skopeo copy docker://… dir:…`; a second copy of a reference goes to the same folder. */
  copy(reference: string, login?: ClientLogin): Promise<Run>;
  /** `skopeo copy --all`: every image of an index. */
  copyAll(reference: string): Promise<Run>;
  /** `skopeo inspect`, of a reference with the hub's address: for the tags of `docker.io/…` it requests Docker Hub. */
  inspect(reference: string, login?: ClientLogin): Promise<Run>;
  /** `skopeo list-tags`, of a name with the hub's address. */
  listTags(name: string): Promise<Run>;
  /** The files of a copied image. */
  copied(reference: string): string[];
  /** Removes everything. */
  remove(): void;
}

/** Prepares a skopeo that copies references such as `docker.io/library/nginx:latest` from the hub. */
export function prepareSkopeo(hub: HubEndpoint): Skopeo {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-skopeo-'));
  const certificates = writeSettings(folder, hub);
  const destination = (reference: string) => join(folder, reference.replace(/\W+/g, '-'));
  const skopeo = (command: string, ...options: string[]) =>
    run('skopeo', ['--insecure-policy', command, ...options], { HOME: folder, XDG_RUNTIME_DIR: folder });
  const copy = (reference: string, ...options: string[]) => {
    const trust = ['--src-cert-dir', certificates];
    return skopeo('copy', ...trust, ...options, `docker://${reference}`, `dir:${destination(reference)}`);
  };
  const ask = (command: string, reference: string, ...options: string[]) =>
    skopeo(command, '--cert-dir', certificates, ...options, `docker://${reference}`);
  return {
    copy: (reference, login) => copy(reference, ...credentials('--src-creds', login)),
    copyAll: (reference) => copy(reference, '--all'),
    inspect: (reference, login) => ask('inspect', reference, ...credentials('--creds', login)),
    listTags: (name) => ask('list-tags', name),
    copied: (reference) => readdirSync(destination(reference)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Writes containers-registries.conf(5), and containers-certs.d(5), the folder of which it returns. */
function writeSettings(folder: string, hub: HubEndpoint): string {
  const certificates = join(folder, 'certificates');
  mkdirSync(certificates);
  if (hub.authority !== undefined) writeFileSync(join(certificates, 'authority.crt'), hub.authority);
  const settings = join(folder, '.config', 'containers');
  mkdirSync(settings, { recursive: true });
  const insecure = hub.authority === undefined;
  const registries = [
    `[[registry]]\nprefix = "docker.io"\nlocation = "${hostOf(hub)}"\ninsecure = ${insecure}\n`,
    `[[registry]]\nlocation = "${hostOf(hub)}"\ninsecure = ${insecure}\n`,
  ];
  writeFileSync(join(settings, 'registries.conf'), registries.join(''));
  return certificates;
}

function credentials(option: string, login: ClientLogin | undefined): string[] {
  return login ? [option, `${login.username}:${login.password}`] : [];
}

/** What an image runs on, in the words of a manifest (OCI image specification 1.1, image-index.md). */
export interface Platform {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
}

/** The platforms most official images are built for. */
export const LINUX: readonly Platform[] = [
  { architecture: 'amd64', os: 'linux' },
  { architecture: 'arm', os: 'linux', variant: 'v7' },
  { architecture: 'arm64', os: 'linux', variant: 'v8' },
];

/** What single-architecture images are built for. */
export const LINUX_AMD64: Platform = { architecture: 'amd64', os: 'linux' };

/** Windows Server 2022 and 2025. */
export const WINDOWS: readonly Platform[] = [
  { architecture: 'amd64', os: 'windows', 'os.version': '10.0.20348.4171' },
  { architecture: 'amd64', os: 'windows', 'os.version': '10.0.26100.6584' },
];

/** A platform in the usual notation: `linux/arm/v7`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}

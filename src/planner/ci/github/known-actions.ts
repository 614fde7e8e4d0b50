/**
 * What well-known actions pull from registries, read in their repositories on 2026-11-29. docs/plan.md has the same table. An
 * action at an older version may pull other images.
 */

/** Returns the value of an input of an action; undefined if it is not given, or empty. */
export type InputReader = (name: string) => string | undefined;

/** What an action does with images. */
interface KnownAction {
  /** Returns the images that are pulled. Default: none. */
  readonly pulls?: (input: InputReader) => readonly string[];
  /** Returns the path of the Dockerfile or Bake file that is built. Default: nothing is built. */
  readonly builds?: (input: InputReader) => string | undefined;
  /** Whether the images may come from the cache of GitHub. Default: no. */
  readonly isCached?: boolean;
}

/** The node image of kind 0.31. Other versions of kind use another tag of the same repository. */
const KIND_NODE = 'kindest/node:v1.35.0';
const BUILDKIT = 'moby/buildkit:buildx-stable-1';
/** Drivers of Buildx that start no container of BuildKit on this machine. */
const OTHER_DRIVERS: ReadonlySet<string> = new Set(['docker', 'remote', 'cloud']);

const ACTIONS: Readonly<Record<string, KnownAction>> = {
  'docker/setup-buildx-action': { pulls: buildkitImage },
  'docker/setup-qemu-action': {
    pulls: (input) => [input('image') ?? 'docker.io/tonistiigi/binfmt:latest'],
    isCached: true,
  },
  'docker/build-push-action': { builds: dockerfileOf },
  'docker/bake-action': { builds: (input) => firstLine(input('files')) ?? 'docker-bake.hcl' },
  'helm/kind-action': {
    pulls: (input) => [
      ...(input('install_only') === 'true' ? [] : [input('node_image') ?? KIND_NODE]),
      ...(input('registry') === 'true' ? [input('registry_image') ?? 'registry:2'] : []),
    ],
  },
  'engineerd/setup-kind': {
    pulls: (input) => (input('skipClusterCreation') === 'true' ? [] : [input('image') ?? KIND_NODE]),
  },
  'supercharge/mongodb-github-action': {
    pulls: (input) => ['docker:cli', `mongo:${input('mongodb-version') ?? 'latest'}`],
  },
  'supercharge/redis-github-action': {
    pulls: (input) => ['docker:cli', `redis:${input('redis-version') ?? 'latest'}`],
  },
  'mirromutth/mysql-action': {
    pulls: (input) => ['docker:stable', `mysql:${input('mysql version') ?? 'latest'}`],
  },
  'harmon758/postgresql-action': {
    pulls: (input) => ['docker:stable', `postgres:${input('postgresql version') ?? 'latest'}`],
  },
  'wagoid/commitlint-github-action': { pulls: () => ['wagoid/commitlint-github-action:6.2.0'] },
  'rojopolis/spellcheck-github-actions': { pulls: () => ['jonasbn/github-action-spellcheck:0.55.0'] },
};

/** Owners whose actions are all JavaScript, or use other registries than Docker Hub. */
const OWNERS_WITHOUT_PULLS: ReadonlySet<string> = new Set([
  ...[
    'actions',
    'actions-rs',
    'aws-actions',
    'azure',
    'github',
    'google-github-actions',
    'gradle',
    'hashicorp',
  ],
  ...['astral-sh', 'cachix', 'peter-evans', 'r-lib', 'redhat-actions'],
]);

/** Actions that are JavaScript or scripts, or use other registries than Docker Hub. */
const WITHOUT_PULLS: ReadonlySet<string> = new Set([
  ...[
    'ad-m/github-push-action',
    'amannn/action-semantic-pull-request',
    'anchore/sbom-action',
    'anchore/scan-action',
  ],
  ...[
    'aquasecurity/trivy-action',
    'bufbuild/buf-action',
    'bridgecrewio/checkov-action',
    'cloudflare/wrangler-action',
  ],
  ...[
    'codecov/codecov-action',
    'conda-incubator/setup-miniconda',
    'coverallsapp/github-action',
    'crate-ci/typos',
  ],
  ...[
    'crazy-max/ghaction-dump-context',
    'crazy-max/ghaction-github-runtime',
    'crazy-max/ghaction-import-gpg',
  ],
  ...['crystal-lang/install-crystal', 'cypress-io/github-action', 'davidanson/markdownlint-cli2-action'],
  ...['denoland/setup-deno', 'dependabot/fetch-metadata', 'dessant/lock-threads', 'docker/login-action'],
  ...[
    'docker/metadata-action',
    'docker/setup-compose-action',
    'docker/setup-docker-action',
    'dorny/paths-filter',
  ],
  ...[
    'dorny/test-reporter',
    'dtolnay/rust-toolchain',
    'emscripten-core/setup-emsdk',
    'endbug/add-and-commit',
  ],
  ...['erlef/setup-beam', 'golangci/golangci-lint-action', 'googleapis/release-please-action'],
  ...[
    'goreleaser/goreleaser-action',
    'hadolint/hadolint-action',
    'haskell-actions/setup',
    'ilammy/msvc-dev-cmd',
  ],
  ...['ilammy/setup-nasm', 'jamesives/github-pages-deploy-action', 'jdx/mise-action', 'ko-build/setup-ko'],
  ...['lycheeverse/lychee-action', 'mamba-org/setup-micromamba', 'marocchino/sticky-pull-request-comment'],
  ...[
    'microsoft/setup-msbuild',
    'mikepenz/action-junit-report',
    'msys2/setup-msys2',
    'ncipollo/release-action',
  ],
  ...['nick-fields/retry', 'ossf/scorecard-action', 'oven-sh/setup-bun', 'peaceiris/actions-gh-pages'],
  ...[
    'pnpm/action-setup',
    'pre-commit/action',
    'pypa/cibuildwheel',
    'pypa/gh-action-pypi-publish',
    'psf/black',
  ],
  ...[
    'ramsey/composer-install',
    'release-drafter/release-drafter',
    'ruby/setup-ruby',
    'shivammathur/setup-php',
  ],
  ...['sigstore/cosign-installer', 'slackapi/slack-github-action', 'softprops/action-gh-release'],
  ...[
    'sonarsource/sonarqube-scan-action',
    'stefanzweifel/git-auto-commit-action',
    'step-security/harden-runner',
  ],
  ...[
    'super-linter/super-linter',
    'svenstaro/upload-release-action',
    'swatinem/rust-cache',
    'taiki-e/install-action',
  ],
  ...['tj-actions/changed-files', 'zizmorcore/zizmor-action'],
]);

const NOTHING: KnownAction = {};

/**
 * Returns what an action does with images; undefined if it is not in the table.
 * @param uses `OWNER/NAME@VERSION`, or `OWNER/NAME/PATH@VERSION`
 */
export function knownAction(uses: string): KnownAction | undefined {
  const [owner = '', repository = ''] = uses.toLowerCase().split('@', 1)[0]?.split('/') ?? [];
  const name = `${owner}/${repository}`;
  if (Object.hasOwn(ACTIONS, name)) return ACTIONS[name];
  return OWNERS_WITHOUT_PULLS.has(owner) || WITHOUT_PULLS.has(name) ? NOTHING : undefined;
}

function buildkitImage(input: InputReader): readonly string[] {
  if (OTHER_DRIVERS.has(input('driver') ?? '')) return [];
  const options = (input('driver-opts') ?? '').split(/[\n,]/).map((option) => option.trim());
  const image = options.find((option) => option.startsWith('image='))?.slice('image='.length);
  return [image ?? BUILDKIT];
}

function dockerfileOf(input: InputReader): string | undefined {
  const context = (input('context') ?? '.').replace(/^\.\/+|\/+$/g, '');
  const file = input('file');
  if (file !== undefined) return file.replace(/^\.\//, '');
  return context === '' || context === '.' ? 'Dockerfile' : `${context}/Dockerfile`;
}

function firstLine(text: string | undefined): string | undefined {
  return text
    ?.split(/[\n,]/)
    .map((line) => line.trim())
    .find((line) => line !== '');
}

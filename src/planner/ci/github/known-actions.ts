/**
 * What well-known actions pull from Docker Hub. Each was read on 2026-11-29 in a copy of its repository: `action.yml`, the actions
 * that it uses, its Dockerfile, and the sources that call Docker. docs/plan.md has the same table. Other versions of an action may
 * pull other images.
 */

/** Returns the value of an input of an action; undefined if it is not given, or empty. */
export type InputReader = (name: string) => string | undefined;

/** What an action does with images. */
interface KnownAction {
  /** Returns the images that are pulled. Default: none. */
  readonly pulls?: (input: InputReader) => readonly string[];
  /** Returns the path of the Dockerfile or Bake file that is built. Default: nothing is built. */
  readonly builds?: (input: InputReader) => string | undefined;
  /** Whether the images may be on the machine already, such as a built image that is scanned. Default: no. */
  readonly mayBePresent?: boolean;
}

/** The node image of kind 0.31, which helm/kind-action installs. Other versions of kind use another tag of the same repository. */
const KIND_NODE = 'kindest/node:v1.35.0';
/** The node image of kind 0.24, which engineerd/setup-kind installs. */
const OLDER_KIND_NODE = 'kindest/node:v1.31.0';
const BUILDKIT = 'moby/buildkit:buildx-stable-1';
/** The scanner that BuildKit runs for an SBOM. */
const SBOM_SCANNER = 'docker/buildkit-syft-scanner:stable-1';
/** Drivers of Buildx that start no container of BuildKit on this machine. */
const OTHER_DRIVERS: ReadonlySet<string> = new Set(['docker', 'remote', 'cloud']);

const ACTIONS: Readonly<Record<string, KnownAction>> = {
  'docker/setup-buildx-action': { pulls: buildkitImage },
  // The action runs `docker pull` even if it has loaded the image from the cache of GitHub.
  'docker/setup-qemu-action': {
    pulls: (input) => [input('image') ?? 'docker.io/tonistiigi/binfmt:latest'],
  },
  'docker/setup-docker-action': { pulls: dockerBinaries },
  'docker/build-push-action': { builds: dockerfileOf, pulls: sbomScanner },
  'docker/bake-action': {
    builds: (input) => firstLine(input('files')) ?? 'docker-bake.hcl',
    pulls: sbomScanner,
  },
  'helm/kind-action': {
    pulls: (input) => [
      ...(input('install_only') === 'true' ? [] : [input('node_image') ?? KIND_NODE]),
      ...(input('registry') === 'true' ? [input('registry_image') ?? 'registry:2'] : []),
    ],
  },
  'engineerd/setup-kind': {
    pulls: (input) => (input('skipClusterCreation') === 'true' ? [] : [input('image') ?? OLDER_KIND_NODE]),
  },
  'supercharge/mongodb-github-action': {
    pulls: (input) => [
      'docker:latest',
      `${input('mongodb-image') ?? 'mongo'}:${input('mongodb-version') ?? 'latest'}`,
    ],
  },
  'supercharge/redis-github-action': {
    pulls: (input) => [
      'docker:latest',
      `${input('redis-image') ?? 'redis'}:${input('redis-version') ?? 'latest'}`,
    ],
  },
  'mirromutth/mysql-action': {
    pulls: (input) => ['docker:stable', `mysql:${input('mysql version') ?? 'latest'}`],
  },
  'harmon758/postgresql-action': {
    pulls: (input) => ['docker:stable', `postgres:${input('postgresql version') ?? 'latest'}`],
  },
  'wagoid/commitlint-github-action': { pulls: () => ['wagoid/commitlint-github-action:6.2.1'] },
  'rojopolis/spellcheck-github-actions': { pulls: () => ['jonasbn/github-action-spellcheck:0.65.0'] },
  'anchore/sbom-action': { pulls: (input) => given(input('image')), mayBePresent: true },
  'anchore/scan-action': { pulls: (input) => given(input('image')), mayBePresent: true },
  'bridgecrewio/checkov-action': { pulls: (input) => given(input('docker_image')), mayBePresent: true },
  'aquasecurity/trivy-action': { pulls: trivyTarget, mayBePresent: true },
};

/**
 * Actions that are JavaScript or scripts, or whose images are in other registries. Their sub-actions (`gradle/actions/setup-gradle`)
 * are too, also where the action itself is in the table above.
 */
const WITHOUT_PULLS: ReadonlySet<string> = new Set(
  `
  actions-rs/cargo actions-rs/clippy-check actions-rs/toolchain actions/add-to-project
  actions/ai-inference actions/attest actions/attest-build-provenance actions/attest-sbom actions/cache
  actions/checkout actions/configure-pages actions/create-github-app-token actions/create-release
  actions/delete-package-versions actions/dependency-review-action actions/deploy-pages
  actions/download-artifact actions/first-interaction actions/github-script actions/jekyll-build-pages
  actions/labeler actions/setup-dotnet actions/setup-go actions/setup-java actions/setup-node
  actions/setup-python actions/setup-ruby actions/stale actions/upload-artifact
  actions/upload-pages-artifact actions/upload-release-asset ad-m/github-push-action
  amannn/action-semantic-pull-request anchore/sbom-action anchore/scan-action astral-sh/ruff-action
  astral-sh/setup-uv aws-actions/amazon-ecr-login aws-actions/amazon-ecs-deploy-task-definition
  aws-actions/amazon-ecs-render-task-definition aws-actions/configure-aws-credentials
  aws-actions/setup-sam azure/cli azure/docker-login azure/login azure/setup-helm azure/setup-kubectl
  azure/webapps-deploy bufbuild/buf-action cachix/cachix-action cachix/install-nix-action
  cloudflare/wrangler-action codecov/codecov-action conda-incubator/setup-miniconda
  coverallsapp/github-action crate-ci/typos crazy-max/ghaction-dump-context
  crazy-max/ghaction-github-runtime crazy-max/ghaction-import-gpg crystal-lang/install-crystal
  cypress-io/github-action davidanson/markdownlint-cli2-action denoland/setup-deno
  dependabot/fetch-metadata dessant/lock-threads docker/bake-action docker/login-action
  docker/metadata-action docker/setup-compose-action dorny/paths-filter dorny/test-reporter
  dtolnay/rust-toolchain emscripten-core/setup-emsdk endbug/add-and-commit erlef/setup-beam
  github/codeql-action github/issue-metrics github/super-linter golangci/golangci-lint-action
  google-github-actions/auth google-github-actions/deploy-cloudrun
  google-github-actions/get-gke-credentials google-github-actions/setup-gcloud
  googleapis/release-please-action gradle/actions gradle/gradle-build-action
  gradle/wrapper-validation-action hadolint/hadolint-action hashicorp/setup-terraform
  hashicorp/vault-action haskell-actions/setup helm/chart-testing-action ilammy/msvc-dev-cmd
  ilammy/setup-nasm jamesives/github-pages-deploy-action jdx/mise-action ko-build/setup-ko
  lycheeverse/lychee-action mamba-org/setup-micromamba marocchino/sticky-pull-request-comment
  microsoft/setup-msbuild mikepenz/action-junit-report msys2/setup-msys2 ncipollo/release-action
  nick-fields/retry ossf/scorecard-action oven-sh/setup-bun peaceiris/actions-gh-pages
  peter-evans/create-or-update-comment peter-evans/create-pull-request peter-evans/dockerhub-description
  peter-evans/find-comment peter-evans/repository-dispatch peter-evans/slash-command-dispatch
  pnpm/action-setup psf/black r-lib/actions ramsey/composer-install
  redhat-actions/oc-login redhat-actions/podman-login redhat-actions/push-to-registry
  release-drafter/release-drafter ruby/setup-ruby shivammathur/setup-php sigstore/cosign-installer
  slackapi/slack-github-action softprops/action-gh-release sonarsource/sonarqube-scan-action
  stefanzweifel/git-auto-commit-action step-security/harden-runner super-linter/super-linter
  svenstaro/upload-release-action swatinem/rust-cache taiki-e/install-action tj-actions/changed-files
  zizmorcore/zizmor-action
  `
    .trim()
    .split(/\s+/),
);

const NOTHING: KnownAction = {};

/**
 * Returns what an action does with images; undefined if it is not in the table.
 * @param uses `OWNER/NAME@VERSION`, or `OWNER/NAME/PATH@VERSION`
 */
export function knownAction(uses: string): KnownAction | undefined {
  const [action = ''] = uses.toLowerCase().split('@', 1);
  if (Object.hasOwn(ACTIONS, action)) return ACTIONS[action];
  return WITHOUT_PULLS.has(action.split('/', 2).join('/')) ? NOTHING : undefined;
}

function buildkitImage(input: InputReader): readonly string[] {
  if (OTHER_DRIVERS.has(input('driver') ?? '')) return [];
  return [fieldOf(input('driver-opts'), 'image') ?? BUILDKIT];
}

/** Returns the images that contain the programs of Docker, if the version is `type=image`. */
function dockerBinaries(input: InputReader): readonly string[] {
  const version = input('version');
  if (fieldOf(version, 'type') !== 'image') return [];
  const tag = fieldOf(version, 'tag') ?? 'latest';
  return [`moby/moby-bin:${tag}`, `dockereng/cli-bin:${tag}`];
}

/** Returns the image that lists the packages of a build, if an SBOM is asked for. A value that is not known is its expression. */
function sbomScanner(input: InputReader): readonly string[] {
  const attestation = input('attests')
    ?.split('\n')
    .find((line) => fieldOf(line, 'type') === 'sbom');
  const sbom = input('sbom') ?? attestation;
  if (sbom === undefined || sbom === 'false' || fieldOf(sbom, 'disabled') === 'true') return [];
  return [sbom.startsWith('${{') ? sbom : (fieldOf(sbom, 'generator') ?? SBOM_SCANNER)];
}

/** Returns the image that Trivy scans; none if it scans files. */
function trivyTarget(input: InputReader): readonly string[] {
  const isImage = (input('scan-type') ?? 'image') === 'image' && input('input') === undefined;
  return isImage ? given(input('image-ref') ?? input('scan-ref')) : [];
}

function given(image: string | undefined): readonly string[] {
  return image === undefined ? [] : [image];
}

/** Returns the value of a field in a list `NAME=VALUE,...`, or in lines of this form. */
function fieldOf(list: string | undefined, name: string): string | undefined {
  const fields = list?.split(/[\n,]/).map((field) => field.trim());
  return fields?.find((field) => field.startsWith(`${name}=`))?.slice(name.length + 1);
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

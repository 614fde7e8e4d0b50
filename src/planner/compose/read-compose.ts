import {
  type DocumentReading,
  emptyCollection,
  type FoundImage,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import { NO_PULLS, type PullRange } from '../../domain/pull-cost/pull-range.ts';
import type { Copies, PullPolicy, Workload } from '../../domain/pull-cost/workload.ts';
import { cutText, quoteForeign } from '../../kit/foreign-text.ts';
import type { ReadOptions } from '../source-file.ts';
import { isOverride, readProject } from './compose-project.ts';
import { type ComposeService, type FoundValue, findValue, findValues } from './compose-service.ts';
import { collectValue, MAX_SHOWN, type ProjectReading, textOf } from './compose-values.ts';
import { readBuild } from './service-build.ts';

/** https://github.com/compose-spec/compose-spec/blob/main/05-services.md#pull_policy */
const POLICIES: Readonly<Record<string, PullPolicy>> = {
  always: 'always',
  daily: 'always',
  weekly: 'always',
  missing: 'if-not-present',
  if_not_present: 'if-not-present',
  never: 'never',
  build: 'never',
};

/** Reports whether a document is a Compose file. */
export function isCompose(document: SourceNode): boolean {
  if (document.get('kind').kind !== 'nothing') return false;
  const services = document.get('services');
  return services.kind === 'map' || (services.kind === 'nothing' && isIncluding(document));
}

/** Reports whether a document is a Compose file that only includes others. `include` of GitLab is in files with jobs. */
function isIncluding(document: SourceNode): boolean {
  const others = new Set(['include', 'name', 'version', 'networks', 'volumes', 'configs', 'secrets']);
  const keys = document.entries().map(([key]) => key);
  const isPath = ({ text, kind }: SourceNode) => kind === 'text' && /\.ya?ml$/.test(text ?? '');
  const items = document.get('include').items();
  const isCompose = items.some((item) => isPath(item) || item.get('path').kind !== 'nothing');
  return isCompose && keys.every((key) => others.has(key) || key.startsWith('x-'));
}

/** Reads a Compose project. Each service is a workload, and so is the build of each service. */
export function readCompose(document: SourceNode, file: string, options: ReadOptions): DocumentReading {
  const basket = emptyCollection(options.budget);
  if (isOverride(file, options)) return { workloads: [], problems: [], passive: [document] };
  const { services, files, problems, follows: included } = readProject(document, file, options);
  basket.problems.push(...problems);
  for (const { document: part } of files) {
    for (const [name, value] of part.entries()) if (name.startsWith('x-')) basket.passive.push(value);
  }
  const models = new Map<string, SourceNode>(
    files.flatMap(({ document: part }) =>
      part
        .get('models')
        .entries()
        .map(([name, node]) => [name, node] as const),
    ),
  );
  const follows = [...included];
  const reading = { basket, options, models, follows };
  const read = services.map((service) => readService(service, reading));
  const workloads = [...read.map(({ own }) => own), ...read.flatMap(({ built }) => built)];
  return {
    workloads: workloads.filter(({ uses }) => uses.length > 0),
    problems: basket.problems,
    passive: basket.passive,
    follows,
    isPart: true,
  };
}

function readService(
  service: ComposeService,
  reading: ProjectReading,
): { readonly own: Workload; readonly built: readonly Workload[] } {
  const { basket } = reading;
  const { layers, name } = service;
  const first = basket.uses.length;
  const builds = findValues(layers, 'build');
  const image = findValue(layers, 'image');
  const text = (key: string) => textOf(findValue(layers, key), reading);
  const policy = POLICIES[text('pull_policy')?.replace(/^every_.*/, 'always') ?? ''];
  const platform = text('platform');
  const provider = findValue(layers, 'provider');
  const common = {
    container: quoteForeign(name),
    platforms: platform === undefined ? [] : [platform],
  } as const;
  // The image of another definition is not used.
  for (const { node } of layers) basket.passive.push(node.get('image'));
  if (image && policy === 'never' && builds.length > 0) basket.passive.push(image.node);
  else if (image) {
    // Compose tries to pull what it can build, and builds it if there is no such image.
    const isOptional = builds.length > 0 && policy !== 'always';
    const role = 'service' as const;
    collectValue(image, { ...common, role, policy: policy ?? 'if-not-present', isOptional }, reading);
  } else if (builds.length === 0 && !isIncomplete(service)) {
    const { node, file } = provider ?? layers[0];
    const message = provider
      ? `What the provider of ${name} pulls is not known`
      : `A service without an image: ${name}`;
    const { line, column } = node;
    basket.problems.push({ file: file.name, line, column, message: quoteForeign(message) });
  }
  collectOthers(service, common, reading);
  const isStarted = isInProfiles(findValues(layers, 'profiles'), reading);
  const copies = isStarted ? copiesOf(service, reading) : NOT_STARTED;
  const uses = basket.uses.splice(first);
  const own = { source: 'compose', kind: 'service', name: quoteForeign(name), copies, uses } as const;
  const isPulled = image !== undefined && policy === 'always';
  const built = readBuild(service, builds, platform, reading).map((build) => ({
    ...build,
    copies: isStarted ? build.copies : NOT_STARTED,
    // A pulled image is not built.
    uses: isPulled ? build.uses.map((use) => ({ ...use, isOptional: true })) : build.uses,
  }));
  return { own, built };
}

/** Reports whether a service extends one that is not in the plan, which is a problem already. */
function isIncomplete({ layers }: ComposeService): boolean {
  return layers.at(-1)?.node.get('extends').kind !== 'nothing';
}

/** Collects the images of volumes, of containers that run before the service, and of AI models. */
function collectOthers(
  { layers }: ComposeService,
  common: Pick<FoundImage, 'container' | 'platforms'>,
  reading: ProjectReading,
): void {
  const policy = 'if-not-present';
  for (const { node, file } of findValues(layers, 'volumes')) {
    for (const volume of node.items()) {
      if (volume.get('type').text !== 'image') continue;
      collectValue({ node: volume.get('source'), file }, { ...common, role: 'volume', policy }, reading);
    }
  }
  for (const { node, file } of findValues(layers, 'pre_start')) {
    for (const hook of node.items()) {
      collectValue({ node: hook.get('image'), file }, { ...common, role: 'init', policy }, reading);
    }
  }
  for (const { node, file } of findValues(layers, 'models')) {
    const names =
      node.kind === 'list' ? node.items().map((item) => item.text ?? '') : node.entries().map(([key]) => key);
    for (const name of names) {
      const model = reading.models.get(name)?.get('model');
      if (model) collectValue({ node: model, file }, { ...common, role: 'service', policy }, reading);
    }
  }
}

const NOT_STARTED: Copies = { pods: NO_PULLS, spread: { kind: 'free' }, place: 'host' };

function copiesOf({ layers }: ComposeService, reading: ProjectReading): Copies {
  const shape = { spread: { kind: 'free' }, place: 'host' } as const;
  const deploys = findValues(layers, 'deploy');
  const mode = textOf(findValue(deploys, 'mode'), reading);
  if (mode?.startsWith('global')) return { ...shape, pods: { everyNode: true, isSelective: false } };
  const value = findValue(layers, 'scale') ?? findValue(deploys, 'replicas');
  return { ...shape, pods: podsOf(value, reading) };
}

/** Returns the number of containers. Compose pulls the image of a service without containers; Swarm does not. */
function podsOf(value: FoundValue | undefined, reading: ProjectReading): PullRange {
  if (!value) return { low: 1, high: 1 };
  const text = textOf(value, reading);
  if (text !== undefined && /^\d{1,9}$/.test(text)) {
    const count = Number(text);
    return count === 0 ? { low: 0, high: 1 } : { low: count, high: count };
  }
  const { node, file } = value;
  const message = `The number of containers is not known: ${cutText(node.text ?? '', MAX_SHOWN)}`;
  reading.basket.problems.push({
    file: file.name,
    line: node.line,
    column: node.column,
    message: quoteForeign(message),
  });
  return { low: 1, high: 1 };
}

function isInProfiles(values: readonly FoundValue[], reading: ProjectReading): boolean {
  const { profiles } = reading.options;
  const names = values.flatMap(({ node, file }) =>
    node.items().map((item) => textOf({ node: item, file }, reading) ?? ''),
  );
  return names.length === 0 || profiles.has('*') || names.some((name) => profiles.has(name));
}

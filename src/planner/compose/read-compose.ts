import { collect, collectNode, emptyBasket, type ImageBasket } from '../../domain/pull-cost/found-image.ts';
import { exactly, NO_PULLS } from '../../domain/pull-cost/pull-range.ts';
import { countAt, nodeAt, type SourceNode } from '../../domain/pull-cost/source-node.ts';
import type { Copies, FileReading, PullPolicy, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../domain/quote-foreign.ts';
import type { ReadOptions } from '../source-file.ts';
import { fillIn } from '../variables.ts';

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
/** A service that extends one that extends it has no image. */
const MAX_EXTENDS = 20;

/** Whether a document is a Compose file. */
export function isCompose(document: SourceNode): boolean {
  const services = document.get('services');
  return document.get('kind').kind === 'nothing' && services.kind === 'map';
}

/** Reads a Compose file: each service is a workload. */
export function readCompose(document: SourceNode, file: string, options: ReadOptions): FileReading {
  const basket = emptyBasket();
  const services = document.get('services');
  const workloads = services
    .entries()
    .filter(([name]) => !name.startsWith('x-'))
    .map(([name, service]) => readService(name, service, services, { basket, file, options }));
  if (document.get('include').kind !== 'nothing') {
    const message = 'An include is not followed; name the included files too';
    basket.problems.push({ file, ...document.keyPlace('include'), message });
  }
  return { workloads: workloads.filter(({ uses }) => uses.length > 0), problems: basket.problems };
}

interface Reading {
  readonly basket: ImageBasket;
  readonly file: string;
  readonly options: ReadOptions;
}

function readService(name: string, service: SourceNode, services: SourceNode, reading: Reading): Workload {
  const { basket, file, options } = reading;
  const find = (key: string) => inherited(service, key, services, basket, file);
  const first = basket.uses.length;
  const build = find('build');
  const image = find('image');
  const policy = POLICIES[find('pull_policy').text?.replace(/^every_.*/, 'always') ?? ''];
  // Compose builds what it can build, and pulls only when it is told to.
  const isBuilt = build.kind !== 'nothing' && (policy === undefined || policy === 'never');
  if (!isBuilt) collectService(image, { name, policy: policy ?? 'if-not-present', find }, reading);
  if (build.kind !== 'nothing') reportBuild(name, build, reading);
  const isStarted = isInProfiles(find('profiles'), options.profiles);
  return {
    source: 'compose',
    kind: 'service',
    name: quoteForeign(name),
    copies: isStarted ? copiesOf(find('deploy'), find('scale')) : NOT_STARTED,
    uses: basket.uses.slice(first),
  };
}

interface ServiceFacts {
  readonly name: string;
  readonly policy: PullPolicy;
  readonly find: (key: string) => SourceNode;
}

function collectService(image: SourceNode, { name, policy, find }: ServiceFacts, reading: Reading): void {
  const { basket, file, options } = reading;
  const platform = find('platform').text;
  const found = {
    file,
    container: quoteForeign(name),
    role: 'service',
    policy,
    platforms: platform === undefined ? [] : [fillIn(platform, options.variables)],
  } as const;
  const { text, line, column } = image;
  if (text?.includes('$')) {
    collect(basket, { ...found, text: fillIn(text, options.variables), line, column, range: undefined });
  } else collectNode(basket, image, found);
}

const NOT_STARTED: Copies = { pods: NO_PULLS, spread: { kind: 'free' }, place: 'host' };

function copiesOf(deploy: SourceNode, scale: SourceNode): Copies {
  const shape = { spread: { kind: 'free' }, place: 'host' } as const;
  if (deploy.get('mode').text?.startsWith('global')) {
    return { ...shape, pods: { everyNode: true, isSelective: false } };
  }
  return { ...shape, pods: exactly(countAt(deploy, 'replicas') ?? countAt(scale) ?? 1) };
}

function isInProfiles(profiles: SourceNode, active: ReadonlySet<string>): boolean {
  const names = profiles.items().map(({ text }) => text ?? '');
  return names.length === 0 || active.has('*') || names.some((name) => active.has(name));
}

/** A key of a service, or of the one that it extends in the same file. */
function inherited(
  service: SourceNode,
  key: string,
  services: SourceNode,
  { problems }: ImageBasket,
  file: string,
): SourceNode {
  let from = service;
  for (let depth = 0; depth < MAX_EXTENDS; depth++) {
    const value = from.get(key);
    const base = from.get('extends');
    if (value.kind !== 'nothing' || base.kind === 'nothing') return value;
    if (base.get('file').kind === 'text') {
      if (key === 'image') {
        const message =
          'A service of another file is not looked up; plan what "docker compose config" prints';
        problems.push({ file, line: base.line, column: base.column, message });
      }
      return value;
    }
    from = services.get(base.text ?? base.get('service').text ?? '');
  }
  return service.get(key);
}

/** What is built pulls the images of its Dockerfile, which has to be a file of the plan. */
function reportBuild(name: string, build: SourceNode, { basket, file, options }: Reading): void {
  if (nodeAt(build, 'dockerfile_inline').kind === 'text') {
    const message = `The inline Dockerfile of ${name} is not read; put it into a file of its own`;
    basket.problems.push({ file, line: build.line, column: build.column, message: quoteForeign(message) });
    return;
  }
  const context = (build.text ?? build.get('context').text ?? '.').replace(/^\.\/|\/$/g, '');
  const dockerfile = build.get('dockerfile').text ?? 'Dockerfile';
  const path = context === '' || context === '.' ? dockerfile : `${context}/${dockerfile}`;
  if (options.hasFile(path)) return;
  const message = `${name} is built; add its Dockerfile to the plan: ${path}`;
  basket.problems.push({ file, line: build.line, column: build.column, message: quoteForeign(message) });
}

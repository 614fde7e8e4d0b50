import {
  collect,
  collectNode,
  countAt,
  type DocumentReading,
  emptyCollection,
  type ImageCollection,
  MAX_REFERENCE_LENGTH,
  nodeAt,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import { exactly, NO_PULLS } from '../../domain/pull-cost/pull-range.ts';
import type { Copies, PullPolicy, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
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

/** Reports whether a document is a Compose file. */
export function isCompose(document: SourceNode): boolean {
  const services = document.get('services');
  return document.get('kind').kind === 'nothing' && services.kind === 'map';
}

/** Reads a Compose file. Each service is a workload. */
export function readCompose(document: SourceNode, file: string, options: ReadOptions): DocumentReading {
  const basket = emptyCollection(options.budget);
  const services = document.get('services');
  const workloads = services
    .entries()
    .filter(([name]) => !name.startsWith('x-'))
    .map(([name, service]) => readService(name, service, services, { basket, file, options }));
  for (const [name, value] of document.entries()) if (name.startsWith('x-')) basket.passive.push(value);
  if (document.get('include').kind !== 'nothing') {
    const message = 'An include is not followed; name the included files too';
    basket.problems.push({ file, ...document.keyPlace('include'), message });
  }
  return {
    workloads: workloads.filter(({ uses }) => uses.length > 0),
    problems: basket.problems,
    passive: basket.passive,
  };
}

interface Reading {
  readonly basket: ImageCollection;
  readonly file: string;
  readonly options: ReadOptions;
}

function readService(name: string, service: SourceNode, services: SourceNode, reading: Reading): Workload {
  const { basket, file, options } = reading;
  const chain = withBases(service, services);
  const find = (key: string) => findInChain(chain.services, key);
  const first = basket.uses.length;
  const build = find('build');
  const image = find('image');
  const policy = POLICIES[find('pull_policy').text?.replace(/^every_.*/, 'always') ?? ''];
  // Compose builds a service that has `build`, and pulls it only if `pull_policy` requires it.
  const isBuilt = build.kind !== 'nothing' && (policy === undefined || policy === 'never');
  if (isBuilt) basket.passive.push(image);
  else collectService(image, { name, policy: policy ?? 'if-not-present', find }, reading);
  if (build.kind !== 'nothing') reportBuild(name, build, reading);
  if (chain.problem && (chain.isCycle || image.kind === 'nothing')) {
    const { line, column } = chain.end;
    basket.problems.push({ file, line, column, message: chain.problem });
  }
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
  if (text !== undefined && text.length <= MAX_REFERENCE_LENGTH && text.includes('$')) {
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

/** A service with those that it extends, the nearest first. */
interface ServiceChain {
  readonly services: readonly SourceNode[];
  /** Why the chain is incomplete. Undefined if it is complete. */
  readonly problem: string | undefined;
  readonly isCycle: boolean;
  /** The last `extends` of the chain. */
  readonly end: SourceNode;
}

/** Follows `extends` within the file, each service once. */
function withBases(service: SourceNode, services: SourceNode): ServiceChain {
  const chain = [service];
  const seen = new Set<string>();
  let end = service.get('extends');
  let current = service;
  const ended = (problem?: string, isCycle = false) => ({ services: chain, problem, isCycle, end });
  while (chain.length <= MAX_BASES) {
    const base = current.get('extends');
    if (base.kind === 'nothing') return ended();
    end = base;
    if (base.get('file').kind === 'text') {
      return ended('A service of another file is not read; plan the output of "docker compose config"');
    }
    const name = base.text ?? base.get('service').text ?? '';
    if (seen.has(name)) return ended(quoteForeign(`A service extends itself: ${name}`), true);
    seen.add(name);
    current = services.get(name);
    chain.push(current);
  }
  return ended(`A service extends a chain of more than ${MAX_BASES} others, which is not followed`, true);
}

/** The longest chain of `extends` that is followed. */
const MAX_BASES = 20;

function findInChain(chain: readonly SourceNode[], key: string): SourceNode {
  const [own] = chain;
  for (const service of chain) {
    const value = service.get(key);
    if (value.kind !== 'nothing') return value;
  }
  return (own as SourceNode).get(key);
}

/** Reports a built service whose Dockerfile is not a file of the plan: its images are missing then. */
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

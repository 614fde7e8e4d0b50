import { type Alias, type Document, isAlias, isCollection, isNode, isPair, type Node } from 'yaml';

/** How many values the aliases of one document may stand for together: a few lines must not fill the memory. */
const MAX_VALUES = 100_000;

/** What is wrong with the aliases of a document. */
export interface AliasProblem {
  readonly message: string;
  readonly offset: number;
}

/** What every alias of a document stands for. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

/**
 * Resolves the aliases of a document, each to the nearest anchor of its name before it, and weighs what they stand for
 * without following one twice.
 */
export function resolveAliases(document: Document): AliasTargets | AliasProblem {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const weights = new Map<Node, number>();
  /** Values that are written out. They are there already, however many. */
  let written = 0;
  let problem: AliasProblem | undefined;
  const complain = (message: string, node: Node): number => {
    problem ??= { message, offset: node.range?.[0] ?? 0 };
    return 0;
  };

  function weigh(node: unknown): number {
    if (isPair(node)) return weigh(node.key) + weigh(node.value);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) return complain('An alias has no anchor before it', node);
      targets.set(node, target);
      return weights.get(target) ?? complain('An anchor holds itself', node);
    }
    written++;
    if (!isNode(node)) return 1;
    if ('anchor' in node && node.anchor) anchors.set(node.anchor, node);
    let weight = 1;
    if (isCollection(node)) for (const item of node.items) weight += weigh(item);
    weights.set(node, weight);
    return weight > written + MAX_VALUES
      ? complain(`Aliases stand for more than ${MAX_VALUES} values`, node)
      : weight;
  }

  weigh(document.contents);
  return problem ?? targets;
}

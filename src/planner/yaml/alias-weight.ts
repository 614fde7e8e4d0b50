import { type Document, isAlias, isCollection, isNode, isPair, type Node } from 'yaml';

/** How many values the aliases of one document may stand for together: a few lines must not fill the memory. */
const MAX_VALUES = 100_000;

/** What is wrong with the aliases of a document. */
export interface AliasProblem {
  readonly message: string;
  readonly offset: number;
}

/** Weighs what aliases stand for, without following them twice. Undefined when they can be followed. */
export function weighAliases(document: Document): AliasProblem | undefined {
  const anchors = new Map<string, unknown>();
  const weights = new Map<unknown, number>();
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
      const weight = weights.get(target);
      return weight ?? complain('An anchor holds itself', node);
    }
    if (!isNode(node)) return 1;
    if ('anchor' in node && node.anchor) anchors.set(node.anchor, node);
    const inner = isCollection(node) ? node.items.reduce<number>((sum, item) => sum + weigh(item), 0) : 0;
    weights.set(node, inner + 1);
    return inner + 1 > MAX_VALUES
      ? complain(`Aliases stand for more than ${MAX_VALUES} values`, node)
      : inner + 1;
  }

  weigh(document.contents);
  return problem;
}

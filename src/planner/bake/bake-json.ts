import type { SourceNode } from '../../domain/pull-cost/collect-images.ts';
import { parseTemplate } from './hcl-parser.ts';
import type { HclAttribute, HclBlock, HclBody, HclExpression } from './hcl-syntax.ts';

/** Types of blocks. Other keys at the top are variables. */
const BLOCKS = new Set(['target', 'group', 'variable', 'function']);

/**
 * Converts a Bake file in JSON to the form of one in HCL
 * (https://github.com/hashicorp/hcl/blob/main/json/spec.md): texts are templates.
 * @throws HclError
 */
export function bodyOfJson(document: SourceNode): HclBody {
  const attributes = new Map<string, HclAttribute>();
  const blocks: HclBlock[] = [];
  for (const [name, value] of document.entries()) {
    if (!BLOCKS.has(name)) attributes.set(name, attributeOf(value));
    else for (const blockMap of listOrSelf(value)) blocks.push(...blocksOf(name, blockMap));
  }
  return { attributes, blocks };
}

function blocksOf(type: string, blockMap: SourceNode): readonly HclBlock[] {
  return blockMap.entries().flatMap(([label, content]) =>
    listOrSelf(content).map((block) => {
      const attributes = block.entries().map(([key, value]) => [key, attributeOf(value)] as const);
      const { line, column } = blockMap.keyPlace(label);
      return { type, labels: [label], line, column, body: { attributes: new Map(attributes), blocks: [] } };
    }),
  );
}

function attributeOf(node: SourceNode): HclAttribute {
  return { line: node.line, column: node.column, expression: expressionOf(node) };
}

function expressionOf(node: SourceNode): HclExpression {
  if (node.kind === 'list') return { kind: 'list', items: node.items().map(expressionOf) };
  if (node.kind === 'map') {
    return {
      kind: 'map',
      entries: node.entries().map(([key, value]) => [parseTemplate(key), expressionOf(value)]),
    };
  }
  if (node.text === undefined) return { kind: 'literal', value: null };
  if (node.isString) return parseTemplate(node.text);
  const isBoolean = node.text === 'true' || node.text === 'false';
  return { kind: 'literal', value: isBoolean ? node.text === 'true' : Number(node.text) };
}

function listOrSelf(node: SourceNode): readonly SourceNode[] {
  return node.kind === 'list' ? node.items() : [node];
}

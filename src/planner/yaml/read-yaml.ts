import { type Alias, type Document, parseDocument } from 'yaml';
import type { SourceNode } from '../../domain/pull-cost/source-node.ts';
import type { PlanProblem } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../domain/quote-foreign.ts';
import { weighAliases } from './alias-weight.ts';
import { createLineIndex, type LineIndex } from './line-index.ts';
import { type DocumentText, splitDocuments } from './split-documents.ts';
import { YamlNode } from './yaml-node.ts';

/** The documents of a YAML or JSON file that can be read, and what is wrong with the others. */
export interface YamlFile {
  readonly documents: readonly SourceNode[];
  readonly problems: readonly PlanProblem[];
}

/** A template of Helm or of Go; `${{ }}` of GitHub is none. */
const TEMPLATE = /(?<!\$)\{\{/;
/** Values are text as they are written: a tag of 1.10 is not 1.1. */
const OPTIONS = { schema: 'failsafe', prettyErrors: false, uniqueKeys: false, logLevel: 'silent' } as const;

/** Reads a file, each document by itself. Never throws. */
export function readYaml(text: string, file: string): YamlFile {
  const lines = createLineIndex(text);
  const documents: SourceNode[] = [];
  const problems: PlanProblem[] = [];
  for (const part of splitDocuments(text)) {
    const read = readDocument(part, text, lines);
    if ('message' in read) {
      problems.push({ file, ...lines.at(read.offset), message: quoteForeign(read.message) });
    } else if (read.node) documents.push(read.node);
  }
  return { documents, problems };
}

type Read = { readonly node: SourceNode | undefined } | { readonly message: string; readonly offset: number };

function readDocument(part: DocumentText, text: string, lines: LineIndex): Read {
  const { offset } = part;
  const document = parseSafely(part.text);
  if (typeof document === 'string') return { message: document, offset };
  const [error] = document.errors;
  const template = error && TEMPLATE.exec(part.text);
  if (template) {
    const message = 'A template that is not rendered; plan what it becomes, as with "helm template"';
    return { message, offset: offset + template.index };
  }
  if (error) return { message: `Not YAML: ${firstSentence(error.message)}`, offset: offset + error.pos[0] };
  // Without an anchor there is nothing to weigh.
  const problem = part.text.includes('*') && part.text.includes('&') ? weighAliases(document) : undefined;
  if (problem) return { message: problem.message, offset: offset + problem.offset };
  if (!document.contents) return { node: undefined };
  const resolve = (alias: Alias) => alias.resolve(document);
  const start = document.contents.range?.[0] ?? 0;
  return { node: new YamlNode(document.contents, start, { lines, text, offset, resolve }) };
}

/** A document nested so deep that the parser runs out of stack is no document. */
function parseSafely(text: string): Document.Parsed | string {
  try {
    return parseDocument(text, OPTIONS) as Document.Parsed;
  } catch (error) {
    if (error instanceof RangeError) return 'Nested too deep';
    throw error;
  }
}

function firstSentence(message: string): string {
  return message.split(/[\n.]/, 1)[0] ?? message;
}

import { type Alias, Composer, type Document, Lexer, Parser } from 'yaml';
import type { SourceNode } from '../../domain/pull-cost/collect-images.ts';
import type { PlanProblem } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { type AliasTargets, resolveAliases } from './alias-weight.ts';
import { createLineIndex, type LineIndex } from './line-index.ts';
import { type DocumentText, MAX_DOCUMENTS, splitDocuments } from './split-documents.ts';
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

/**
 * How deep values may be nested. The parser and everything behind it call themselves at each level; a stack that is nearly
 * full makes V8 end the whole process while it compiles a regular expression.
 */
const MAX_DEPTH = 200;

/** Reads a file, each document by itself. Never throws. */
export function readYaml(text: string, file: string): YamlFile {
  const lines = createLineIndex(text);
  const documents: SourceNode[] = [];
  const problems: PlanProblem[] = [];
  const parts = splitDocuments(text);
  if (parts.length > MAX_DOCUMENTS) {
    const message = `More than ${MAX_DOCUMENTS} documents in one file: ${parts.length}. Plan it in pieces`;
    return { documents, problems: [{ file, line: 1, column: 1, message }] };
  }
  for (const part of parts) {
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
  const document = parseDocument(part.text);
  if (!document) return { message: `Values are nested more than ${MAX_DEPTH} deep`, offset };
  const [error] = document.errors;
  const template = error && TEMPLATE.exec(part.text);
  if (template) {
    const message = 'A template that is not rendered; plan what it becomes, as with "helm template"';
    return { message, offset: offset + template.index };
  }
  if (error) return { message: `Not YAML: ${firstSentence(error.message)}`, offset: offset + error.pos[0] };
  // Without an anchor there is nothing to resolve.
  const hasAliases = part.text.includes('*');
  const targets: ReturnType<typeof resolveAliases> = hasAliases ? resolveAliases(document) : NO_ALIASES;
  if ('message' in targets) return { message: targets.message, offset: offset + targets.offset };
  if (!document.contents) return { node: undefined };
  const resolve = (alias: Alias) => targets.get(alias);
  const start = document.contents.range?.[0] ?? 0;
  return {
    node: new YamlNode(document.contents, start, { lines, text, offset, resolve, pairs: new Map() }),
  };
}

const NO_ALIASES: AliasTargets = new Map();

/** Parses one document. Returns undefined for one that is nested too deep. */
function parseDocument(text: string): Document.Parsed | undefined {
  const parser = new Parser();
  let isTooDeep = false;

  function* parse() {
    for (const lexeme of new Lexer().lex(text)) {
      yield* parser.next(lexeme);
      isTooDeep ||= parser.stack.length > MAX_DEPTH;
      if (isTooDeep) return;
    }
    yield* parser.end();
  }

  const [document] = new Composer(OPTIONS).compose(parse(), true, text.length);
  return isTooDeep ? undefined : document;
}

function firstSentence(message: string): string {
  return message.slice(0, MAX_MESSAGE).split(/[\n.]/, 1)[0] ?? message;
}

/** How much of the parser's message is looked at, in characters: it may repeat a line. */
const MAX_MESSAGE = 1_000;

import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isCollection,
  isNode,
  isPair,
  Lexer,
  type Node,
  Parser,
  visit,
} from 'yaml';
import type { SourceNode } from '../../domain/pull-cost/collect-images.ts';
import type { PlanProblem } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { createLineIndex, type LineIndex } from '../source-file.ts';
import { type DocumentText, MAX_DOCUMENT_LENGTH, splitDocuments } from './split-documents.ts';
import { YamlNode } from './yaml-node.ts';

/** The most documents in one file. */
const MAX_DOCUMENTS = 10_000;

/** The most values that the aliases of one document may expand to, to limit memory. */
const MAX_VALUES = 100_000;

/** A problem of an alias of a document. */
interface AliasProblem {
  readonly message: string;
  readonly offset: number;
}

/** The node of every alias of a document. */
type AliasTargets = ReadonlyMap<Alias, Node>;

/**
 * Resolves each alias of a document to the nearest anchor of its name before it, and counts the values that they expand to
 * without expanding one twice.
 */
function resolveAliases(document: Document): AliasTargets | AliasProblem {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const weights = new Map<Node, number>();
  /** The number of values without aliases, which do not count towards the limit. */
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
      return weights.get(target) ?? complain('An anchor contains itself', node);
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

/** The start of a Helm or Go template, but not `${{ }}` of GitHub. */
const TEMPLATE = /(?<!\$)\{\{/;
const UNRENDERED = 'A template that is not rendered; plan its output, such as that of "helm template"';
/** Options of the parser. Values stay text, so that the tag 1.10 does not become 1.1. */
const OPTIONS = { schema: 'failsafe', prettyErrors: false, uniqueKeys: false, logLevel: 'silent' } as const;

/**
 * The deepest nesting of values. The parser and the readers are recursive; on a nearly full stack V8 ends the whole process
 * while it compiles a regular expression.
 */
const MAX_DEPTH = 200;

/** Parses the documents of a YAML or JSON file one after another: each is a document or its problem. Never throws. */
export function* readYaml(text: string, file: string): Generator<SourceNode | PlanProblem> {
  const lines = createLineIndex(text);
  const parts = splitDocuments(text);
  if (parts.length > MAX_DOCUMENTS) {
    const message = `More than ${MAX_DOCUMENTS} documents in one file: ${parts.length}. Plan it in pieces`;
    yield { file, line: 1, column: 1, message };
    return;
  }
  for (const part of parts) {
    const read = readDocument(part, text, lines);
    if ('message' in read) yield { file, ...lines.at(read.offset), message: quoteForeign(read.message) };
    else if (read.node) yield read.node;
  }
}

type Read = { readonly node: SourceNode | undefined } | { readonly message: string; readonly offset: number };

function readDocument(part: DocumentText, text: string, lines: LineIndex): Read {
  const { offset } = part;
  if (part.text.length > MAX_DOCUMENT_LENGTH) {
    const mebibytes = Math.ceil(part.text.length / 1_048_576);
    return {
      message: `A document of ${mebibytes} MiB. Allowed: ${MAX_DOCUMENT_LENGTH / 1_048_576} MiB`,
      offset,
    };
  }
  const document = parseUnindented(part.text);
  if (!document) return { message: `Values are nested more than ${MAX_DEPTH} deep`, offset };
  const [error] = document.errors;
  const template = error && TEMPLATE.exec(part.text);
  if (template) {
    return { message: UNRENDERED, offset: offset + template.index };
  }
  if (hasTemplateKey(document, part.text)) {
    const at = TEMPLATE.exec(part.text)?.index ?? 0;
    return { message: UNRENDERED, offset: offset + at };
  }
  if (error) return { message: `Not YAML: ${firstSentence(error.message)}`, offset: offset + error.pos[0] };
  // Without aliases there is nothing to resolve.
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

/** Reports whether a key is a map: `a: {{ .Values.a }}` is YAML, but no format that is read has such keys. */
function hasTemplateKey(document: Document, text: string): boolean {
  if (!TEMPLATE.test(text)) return false;
  let isFound = false;
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return undefined;
      isFound = true;
      return visit.BREAK;
    },
  });
  return isFound;
}

const NO_ALIASES: AliasTargets = new Map();

/** The most lines that are joined to the one before, and the characters that are parsed for it. */
const MAX_JOINS = 200;
const MAX_JOINED_LENGTH = 10_000_000;

/**
 * Parses one document as the parsers of Kubernetes and Compose do: further lines of a quoted text and of a list or map in
 * brackets need no indent. Each such line is joined to the one before by spaces, so that all places stay the same.
 */
function parseUnindented(text: string): Document.Parsed | undefined {
  const first = parseDocument(text);
  let [document, joined] = [first, text];
  for (let joins = 0; joins < MAX_JOINS && joins * text.length < MAX_JOINED_LENGTH; joins++) {
    const [error] = document?.errors ?? [];
    if (!error) return document;
    const next = joinLine(joined, error);
    if (next === undefined) return first;
    joined = next;
    document = parseDocument(joined);
  }
  return first;
}

/** Replaces the line break that an error is about by spaces. Returns undefined for other errors. */
function joinLine(
  text: string,
  { code, message, pos: [at] }: Document.Parsed['errors'][number],
): string | undefined {
  const isQuoted = message.startsWith('Missing closing');
  if (!isQuoted && !(code === 'BAD_INDENT' && message.startsWith('Flow'))) return undefined;
  const end = isQuoted ? text.indexOf('\n', at) : text.lastIndexOf('\n', at - 1);
  if (end < 0 || text.slice(Math.min(at, end), Math.max(at, end)).trim() !== '') return undefined;
  const start = text.lastIndexOf('\n', end - 1) + 1;
  const line = text.slice(start, end);
  // A comment would include the joined line.
  const kept = isQuoted
    ? line.replace(/\r$/, ' ')
    : line.replace(/(?:^|\s)#[^"']*$|\r$/, (found) => ' '.repeat(found.length));
  return `${text.slice(0, start)}${kept} ${text.slice(end + 1)}`;
}

/** Parses one document. Returns undefined if it is nested too deep. */
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

/** How much of the parser's message is used, in characters: it may repeat a long line. */
const MAX_MESSAGE = 1_000;

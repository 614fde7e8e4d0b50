/** A place in a file. Lines and columns count from 1. */
export interface HclPlace {
  readonly line: number;
  readonly column: number;
}

/** An expression of HCL (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md). */
export type HclExpression =
  | { readonly kind: 'literal'; readonly value: HclValue }
  | { readonly kind: 'template'; readonly parts: readonly HclExpression[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'get'; readonly object: HclExpression; readonly key: HclExpression }
  /** `list[*].key`: the key of each item. */
  | { readonly kind: 'splat'; readonly object: HclExpression; readonly keys: readonly HclExpression[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly HclExpression[];
      /** Whether the last argument is a list of arguments: `f(list...)`. */
      readonly isSpread: boolean;
    }
  | { readonly kind: 'list'; readonly items: readonly HclExpression[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [HclExpression, HclExpression])[] }
  | {
      readonly kind: 'if';
      readonly condition: HclExpression;
      readonly yes: HclExpression;
      readonly no: HclExpression;
    }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: HclExpression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: HclExpression;
      readonly right: HclExpression;
    }
  | HclFor;

/** `[for k, v in source : value if condition]`, or `{for … : key => value}`. */
export interface HclFor {
  readonly kind: 'for';
  readonly names: readonly string[];
  readonly source: HclExpression;
  /** Undefined: the result is a list. */
  readonly key: HclExpression | undefined;
  readonly value: HclExpression;
  readonly condition: HclExpression | undefined;
}

/** A value of HCL. */
export type HclValue = string | number | boolean | null | readonly HclValue[] | ReadonlyMap<string, HclValue>;

/** An attribute with its place. */
export interface HclAttribute extends HclPlace {
  readonly expression: HclExpression;
}

/** A block: `target "app" { … }`. */
export interface HclBlock extends HclPlace {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: HclBody;
}

/** The content of a file or a block. */
export interface HclBody {
  readonly attributes: ReadonlyMap<string, HclAttribute>;
  readonly blocks: readonly HclBlock[];
}

/** Thrown for HCL that is not valid, or that is not read. The message is a clause without a full stop. */
export class HclError extends Error {
  override readonly name = 'HclError';
  /** The position in the text, in characters; undefined for errors of evaluation. */
  readonly offset: number | undefined;

  constructor(message: string, offset?: number) {
    super(message);
    this.offset = offset;
  }
}

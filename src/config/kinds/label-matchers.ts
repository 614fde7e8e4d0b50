import {
  formatLabelMatchers,
  LABEL_MATCHERS_FORM,
  type LabelMatcher,
  parseLabelMatchers,
} from '../../domain/history/label-matcher.ts';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** Which series are meant, as PromQL writes it between braces. */
export const labelMatchers: Kind<readonly LabelMatcher[]> = scalarKind({
  noun: 'a list of label matchers',
  allowed: LABEL_MATCHERS_FORM,
  parse(value, refuse) {
    if (typeof value !== 'string') return undefined;
    try {
      const matchers = parseLabelMatchers(value);
      if (!matchers.some(({ label }) => label === '__name__')) return matchers;
      return refuse('The names of the series are set by Headroom');
    } catch (error) {
      return error instanceof SyntaxError ? refuse(error.message) : undefined;
    }
  },
  show: formatLabelMatchers,
});

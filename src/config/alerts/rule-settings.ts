import { CONDITIONS, SEVERITIES } from '../../domain/alerts/rules/alert-rule.ts';
import { oneOf, trueOrFalse } from '../kinds/choice.ts';
import { distinct, freeMap, listOf } from '../kinds/collection.ts';
import { threshold } from '../kinds/number.ts';
import { credentialName, plainText } from '../kinds/text.ts';
import { durationMs } from '../kinds/time.ts';
import { pageUrl } from '../kinds/url.ts';
import { optional, type ReadMap } from '../settings.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A label name of Prometheus; names that start with two underscores are reserved. */
const LABEL_NAME = /^(?!__)[a-z_][a-z0-9_]{0,63}$/i;
/** Labels that Headroom adds to every alert. */
const OWN_LABELS = ['alertname', 'severity', 'source', 'source_kind', 'credential'];
/** The maximum length of a label value, in characters. */
const MAX_LABEL_LENGTH = 255;

const labels = freeMap(
  {
    noun: 'label names',
    allowed: `label names of 1 to 64 letters, digits and _, other than ${OWN_LABELS.join(', ')}`,
    reject(name) {
      if (OWN_LABELS.includes(name)) return 'Headroom sets this label itself';
      return LABEL_NAME.test(name) ? undefined : 'Not the name of a label';
    },
  },
  plainText({ noun: 'the value of a label', maxLength: MAX_LABEL_LENGTH }),
);

/** The keys of `alerts.rules[]`. Only the name is required; a rule that is not a default rule also needs `when`. */
export const RULE_SETTINGS = {
  name: optional(
    plainText({
      noun: 'the name of a rule',
      maxLength: 64,
      grammar: /^[a-z][a-z0-9_]*$/i,
      allowed: '1 to 64 letters, digits and _, a letter first',
    }),
  ),
  enabled: optional(trueOrFalse),
  when: optional(oneOf(CONDITIONS)),
  remaining_below: optional(threshold),
  clear_at: optional(threshold),
  within: optional(durationMs(MINUTE_MS, DAY_MS)),
  for: optional(durationMs(0, 7 * DAY_MS)),
  severity: optional(oneOf(SEVERITIES)),
  credentials: optional(distinct(listOf(credentialName, { nouns: 'credentials', allowSingle: true }))),
  sources: optional(
    distinct(
      listOf(plainText({ noun: 'a source', maxLength: 255 }), { nouns: 'sources', allowSingle: true }),
    ),
  ),
  labels: optional(labels),
  runbook_url: optional(pageUrl),
};

/** The result of reading an entry of `alerts.rules`. */
export type RuleEntry = ReadMap<typeof RULE_SETTINGS>;

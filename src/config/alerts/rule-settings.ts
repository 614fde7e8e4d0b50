import { CONDITIONS } from '../../domain/alerts/rules/alert-rule.ts';
import { SEVERITIES } from '../../domain/alerts/severity.ts';
import { oneOf, trueOrFalse } from '../kinds/choice.ts';
import { credentialName } from '../kinds/credential-name.ts';
import { durationMs } from '../kinds/duration.ts';
import { freeMap } from '../kinds/free-map.ts';
import { distinct, listOf } from '../kinds/list.ts';
import type { ReadMap } from '../kinds/map.ts';
import { pageUrl } from '../kinds/page-url.ts';
import { plainText } from '../kinds/plain-text.ts';
import { threshold } from '../kinds/threshold.ts';
import { optional } from '../setting.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A label's name in Prometheus; two underscores at its beginning are kept for the system. */
const LABEL_NAME = /^(?!__)[a-z_][a-z0-9_]{0,63}$/i;
/** Labels that every alert has: they say what it is, and whom it is about. */
const OWN_LABELS = ['alertname', 'severity', 'source', 'source_kind', 'credential'];
/** The longest value of a label, in characters. */
const MAX_LABEL_LENGTH = 255;

const labels = freeMap(
  {
    noun: 'label names',
    allowed: `label names of 1 to 64 letters, digits and _, other than ${OWN_LABELS.join(', ')}`,
    refuse(name) {
      if (OWN_LABELS.includes(name)) return 'Headroom sets this label itself';
      return LABEL_NAME.test(name) ? undefined : 'Not the name of a label';
    },
  },
  plainText({ noun: 'the value of a label', maxLength: MAX_LABEL_LENGTH }),
);

/** The keys of `alerts.rules[]`. The name alone is needed; a name that is not a default rule's needs `when` too. */
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
  credentials: optional(distinct(listOf(credentialName, { nouns: 'credentials', orOne: true }))),
  sources: optional(
    distinct(listOf(plainText({ noun: 'a source', maxLength: 255 }), { nouns: 'sources', orOne: true })),
  ),
  labels: optional(labels),
  runbook_url: optional(pageUrl),
};

/** One entry of `alerts.rules` as it was read. */
export type RuleEntry = ReadMap<typeof RULE_SETTINGS>;

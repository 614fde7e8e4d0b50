import type { SourceNode } from '../../domain/pull-cost/collect-images.ts';

/**
 * Whether a label selector chooses a pod with these labels
 * (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). An empty one chooses all, a missing one none.
 */
export function isSelected(selector: SourceNode, labels: SourceNode): boolean {
  if (selector.kind !== 'map') return false;
  const matches = selector
    .get('matchLabels')
    .entries()
    .every(([key, value]) => labels.get(key).text === value.text);
  return (
    matches &&
    selector
      .get('matchExpressions')
      .items()
      .every((rule) => isMet(rule, labels))
  );
}

function isMet(rule: SourceNode, labels: SourceNode): boolean {
  const label = labels.get(rule.get('key').text ?? '').text;
  const values = rule
    .get('values')
    .items()
    .map(({ text }) => text);
  switch (rule.get('operator').text) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    default:
      return false;
  }
}

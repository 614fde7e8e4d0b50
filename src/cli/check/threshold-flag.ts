import { scalarKind } from '../../config/kinds/kind.ts';
import { formatThreshold, threshold } from '../../config/kinds/number.ts';

/** A threshold as a command line has it: `20%`, or `20`, where a number is text. */
export const thresholdText = scalarKind({
  noun: 'a share or a number of pulls',
  allowed: threshold.allowed,
  parse(value) {
    const written = /^\d+$/.test(String(value)) ? Number(value) : value;
    return threshold.read(
      { kind: 'scalar', place: { kind: 'default' }, value: written },
      '',
      () => undefined,
    );
  },
  show: formatThreshold,
});

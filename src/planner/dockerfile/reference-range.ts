import type { TextRange } from '../../domain/pull-cost/workload.ts';
import type { Instruction } from './instructions.ts';

const BEFORE_REFERENCE = /[\s=,"']/;
const AFTER_REFERENCE = /[\s,"'\\`]/;

/**
 * Creates a function that finds the position of a reference in an instruction. Call it in the order of the references: each
 * search starts at the end of the previous one, so that a line of thousands of mounts is read once.
 */
export function createRangeFinder(
  text: string,
): (instruction: Instruction, written: string) => TextRange | undefined {
  let current: Instruction | undefined;
  let body = '';
  let at = 0;
  return (instruction, written) => {
    if (instruction !== current) {
      current = instruction;
      body = text.slice(instruction.start, instruction.end);
      at = 0;
    }
    for (; at < body.length; at++) {
      const found = body.indexOf(written, at);
      if (found < 0) {
        at = body.length;
        return undefined;
      }
      at = found;
      const end = found + written.length;
      const isWhole = end === body.length || AFTER_REFERENCE.test(body[end] ?? '');
      if (!isWhole || !BEFORE_REFERENCE.test(body[found - 1] ?? '')) continue;
      at = end;
      return { start: instruction.start + found, end: instruction.start + end };
    }
    return undefined;
  };
}

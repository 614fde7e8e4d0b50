import type { CommandShape, CommandTable } from '../../src/cli/command.ts';

/** A command with the words that call it: `simulate fault`. */
export interface PathAndShape {
  readonly path: string;
  readonly shape: CommandShape;
}

/** Returns every command of a table with its path, those below others after them. */
export async function shapesOf(table: CommandTable, prefix = ''): Promise<PathAndShape[]> {
  const shapes: PathAndShape[] = [];
  for (const [name, { load }] of Object.entries(table)) {
    const shape = await (await load()).describe();
    const path = `${prefix}${name}`;
    shapes.push({ path, shape }, ...(shape.commands ? await shapesOf(shape.commands, `${path} `) : []));
  }
  return shapes;
}

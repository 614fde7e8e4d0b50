import { collect, type ImageCollection, type SourceNode } from '../../domain/pull-cost/collect-images.ts';
import { collectContainer, readPolicy } from './pod-images.ts';

/** Values of parameters by name (https://tekton.dev/docs/pipelines/variables/). */
export type Parameters = ReadonlyMap<string, string>;

/** `$(params.image)`, `$(params["image"])`. */
const PARAMETER = /\$\(params(?:\.([\w-]+)|\[["']([^"']+)["']\])\)/g;

/** Adds the values or defaults of a list of parameters to others, which they may refer to. */
export function parametersOf(list: SourceNode, key: 'value' | 'default', others: Parameters): Parameters {
  const own = list.items().flatMap((one): [string, string][] => {
    const [name, text] = [one.get('name').text, one.get(key).text];
    if (name === undefined || text === undefined) return [];
    return [[name, text.replace(PARAMETER, (written, a, b) => others.get(a ?? b) ?? written)]];
  });
  return new Map([...others, ...own]);
}

/** A container of a task, and where its image is added. */
interface TaskContainer {
  readonly basket: ImageCollection;
  readonly file: string;
  readonly container: SourceNode;
  readonly role: 'container' | 'sidecar';
  readonly name: string;
}

/**
 * Collects the image of a container, with the values of the parameters in it.
 * @param onUse called with each parameter that has a value
 */
export function collectWithParameters(
  { basket, file, container, role, name }: TaskContainer,
  values: Parameters,
  onUse: (parameter: string) => void,
): void {
  const image = container.get('image');
  const text = image.text?.replace(PARAMETER, (written, a, b) => {
    const value = values.get(a ?? b);
    if (value !== undefined) onUse(a ?? b);
    return value ?? written;
  });
  if (text === undefined || text === image.text) {
    collectContainer(basket, container, role, file, name);
    return;
  }
  const { line, column } = image;
  const policy = readPolicy(basket, container.get('imagePullPolicy'), file);
  collect(basket, { file, line, column, container: name, role, text, policy, range: undefined });
}

import { PlanLimitError, type SourceNode } from '../../../domain/pull-cost/collect-images.ts';
import { evaluateCondition, evaluateText, type Scope, textOf, toValue } from './expressions.ts';
import { type InputReader, knownAction } from './known-actions.ts';
import { calledInputs, createScope } from './scope.ts';
import { DOCKER, type FoundImage, type Place, report, type WorkflowReading } from './workflow-reading.ts';

/** The deepest nesting of composite actions that GitHub allows. */
const MAX_DEPTH = 10;
/** The most steps that are read in one document and the actions that it uses. */
const MAX_STEPS = 10_000;

/** The steps of a job or of a composite action. */
interface Steps {
  readonly steps: SourceNode;
  /** The name of a step without a name. */
  readonly name: string;
  /** Returns the scope of the steps from the scope of the job. */
  readonly scopeOf: (job: Scope) => Scope;
  /** The name of the file that contains the steps. */
  readonly file: string;
  readonly depth: number;
}

/**
 * Returns the images of steps: `docker://`, local actions, and what well-known actions pull. Actions that are not read are
 * reported.
 */
export function imagesOfSteps(
  job: SourceNode,
  name: string,
  reading: WorkflowReading,
): readonly FoundImage[] {
  const scopeOf = (scope: Scope) => scope;
  return readSteps({ steps: job.get('steps'), name, scopeOf, file: reading.file, depth: 0 }, reading);
}

function readSteps({ steps, name, ...rest }: Steps, reading: WorkflowReading): readonly FoundImage[] {
  return steps.items().flatMap((step) => {
    if (++reading.budget.steps > MAX_STEPS)
      throw new PlanLimitError(`More than ${MAX_STEPS} steps in one document`);
    const uses = step.get('uses');
    if (uses.kind === 'nothing' || evaluateCondition(step.get('if'), reading.scope) === false) return [];
    return readStep(step, { name: step.get('name').text ?? name, ...rest }, reading);
  });
}

type Surroundings = Omit<Steps, 'steps'>;

function readStep(step: SourceNode, around: Surroundings, reading: WorkflowReading): readonly FoundImage[] {
  const uses = step.get('uses');
  const place = { file: around.file, line: uses.line, column: uses.column };
  const { text } = uses;
  const runs = (scope: Scope) => evaluateCondition(step.get('if'), around.scopeOf(scope)) !== false;
  if (text === undefined || text === '') {
    report(reading, place, 'An action must be text');
    return [];
  }
  if (text.startsWith(DOCKER)) {
    const image = (scope: Scope) => (runs(scope) ? [textOf(evaluateText(text, around.scopeOf(scope)))] : []);
    return [{ container: around.name, role: 'step', place, source: uses, image }];
  }
  if (text.startsWith('./')) return readLocalAction(step, text, around, reading);
  if (reading.options.ignoredActions.has('*')) return [];
  return readForeignAction(step, text, { ...around, place, runs }, reading);
}

interface ForeignStep extends Surroundings {
  readonly place: Place;
  /** Reports whether the step runs, or may run. */
  readonly runs: (scope: Scope) => boolean;
}

function readForeignAction(
  step: SourceNode,
  text: string,
  { name, place, runs, scopeOf, file }: ForeignStep,
  reading: WorkflowReading,
): readonly FoundImage[] {
  const [action = ''] = text.split('@', 1);
  if (reading.options.ignoredActions.has(action.toLowerCase())) return [];
  const known = knownAction(text);
  if (!known) {
    report(
      reading,
      place,
      `An action that is not read; a container action pulls images: ${action}. If it pulls nothing, add --ignore-action ${action}`,
    );
    return [];
  }
  const { pulls, builds, mayBePresent = false } = known;
  if (builds) reportBuild(builds(inputReader(step, scopeOf(reading.scope))), { ...place, file }, reading);
  if (!pulls) return [];
  const image = (scope: Scope) => (runs(scope) ? pulls(inputReader(step, scopeOf(scope))) : []);
  return [{ container: name, role: 'step', place, source: undefined, isOptional: mayBePresent, image }];
}

/** Returns a function that reads the inputs of a step. A value that is not known is its expression. */
function inputReader(step: SourceNode, scope: Scope): InputReader {
  return (name) => {
    const entry = step
      .get('with')
      .entries()
      .find(([key]) => key.toLowerCase() === name.toLowerCase());
    const text = entry?.[1].text?.includes('${{') ? textOf(toValue(entry[1], scope)) : entry?.[1].text;
    return text === undefined || text.trim() === '' ? undefined : text.trim();
  };
}

/** Reports a build whose Dockerfile or Bake file is not in the plan. */
function reportBuild(path: string | undefined, place: Place, reading: WorkflowReading): void {
  if (path === undefined || reading.options.hasFile(path)) return;
  report(reading, place, `An image is built; add its file to the plan: ${path}`);
}

/** Reads an action of the same repository: its steps, or its image. */
function readLocalAction(
  step: SourceNode,
  path: string,
  around: Surroundings,
  reading: WorkflowReading,
): readonly FoundImage[] {
  const uses = step.get('uses');
  const place = { file: around.file, line: uses.line, column: uses.column };
  const folder = path.replace(/^\.\/+|\/+$/g, '');
  const names = ['action.yml', 'action.yaml'].map((name) => (folder === '' ? name : `${folder}/${name}`));
  const found = names
    .map((name) => reading.options.findYaml(name, around.file))
    .find((file) => file !== undefined);
  const document = found?.documents.find((candidate) => candidate.get('runs').kind === 'map');
  if (!found || !document) {
    report(reading, place, `An action that is not in the plan; name its file too: ${names[0]}`);
    return [];
  }
  if (around.depth >= MAX_DEPTH) {
    report(reading, place, `Actions that use each other more than ${MAX_DEPTH} deep: ${path}`);
    return [];
  }
  reading.followed.add(found.name);
  const inputsOf = calledInputs(document.get('inputs'), step.get('with'));
  const { variables } = reading.options;
  const scopeOf = (scope: Scope) =>
    createScope({ variables, inputs: inputsOf(around.scopeOf(scope)), environments: [], matrix: undefined });
  const inner = { name: around.name, scopeOf, file: found.name, depth: around.depth + 1 };
  return imagesOfAction(document, inner, reading);
}

/** Returns the images of an action: its own image, or those of its steps. */
export function imagesOfAction(
  action: SourceNode,
  around: Surroundings,
  reading: WorkflowReading,
): readonly FoundImage[] {
  const runs = action.get('runs');
  const image = runs.get('image');
  const { text } = image;
  const place = { file: around.file, line: image.line, column: image.column };
  if (text?.startsWith(DOCKER)) {
    const images = (scope: Scope) => [textOf(evaluateText(text, around.scopeOf(scope)))];
    return [{ container: around.name, role: 'step', place, source: image, image: images }];
  }
  if (text !== undefined) {
    const folder = around.file.replace(/[^/]*$/, '').replace(/^\.\//, '');
    reportBuild(`${folder}${text.replace(/^\.\//, '')}`, place, reading);
    return [];
  }
  return readSteps({ ...around, steps: runs.get('steps') }, reading);
}

/** Creates the surroundings of an action that is planned by itself. */
export function actionAlone(action: SourceNode, file: string, reading: WorkflowReading): Surroundings {
  const inputs = calledInputs(action.get('inputs'), action.get('with'))(reading.scope);
  const { variables } = reading.options;
  const scope = createScope({ variables, inputs, environments: [], matrix: undefined });
  return { name: 'runs', scopeOf: () => scope, file, depth: 0 };
}

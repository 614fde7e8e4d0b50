import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ejs, { type TemplateFunction } from 'ejs';

/** Renders a template of views/ with a finished view model, which it knows as `it`. */
export type RenderTemplate = (name: string, model: object) => string;

/** Templates are compiled when they are first used, and kept. */
export function createTemplates(folder: string): RenderTemplate {
  const compiled = new Map<string, TemplateFunction>();
  return (name, model) => {
    let template = compiled.get(name);
    if (!template) {
      const filename = join(folder, `${name}.ejs`);
      template = ejs.compile(readFileSync(filename, 'utf8'), {
        filename,
        // For the templates it includes.
        cache: true,
        strict: true,
        localsName: 'it',
        rmWhitespace: true,
      });
      compiled.set(name, template);
    }
    return template(model);
  };
}

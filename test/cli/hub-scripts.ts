import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type FaultName, type SimulatedHub, startSimulatedHub } from '../hub/simulated-hub.ts';
import { startWeb } from '../web/start-web.ts';
import { run } from './run-program.ts';
import { readTextScript, type TextScript, writeScriptFiles } from './text-script.ts';

/**
 * Plays every script of a folder against a simulated hub of its own. In scripts `HUB` stands for where that is, `SERVER`
 * for a Headroom with a credential in each standing, and `NOBODY` for a port where nobody listens.
 */
export function playHubScripts(folder: string): void {
  const scripts = readdirSync(folder).map((name) => ({ name, script: readTextScript(join(folder, name)) }));
  test.each<{ name: string; script: TextScript }>(scripts)('$script.title ($name)', async ({ name }) => {
    const hub = await startSimulatedHub();
    const server = readFileSync(join(folder, name), 'utf8').includes('SERVER')
      ? (await startWeb()).url.origin
      : '';
    const places = { HUB: hub.simulator.url.origin, SERVER: server, NOBODY: 'http://127.0.0.1:1' };
    const script = readTextScript(join(folder, name), (text) => inPlace(text, places));
    for (const line of script.hub) prepare(hub, line);

    const { exitCode, stdout, stderr, left } = await playIn(temporaryFolder(), script, hub);

    expect(stdout).toBe(script.stdout);
    expect(stderr).toBe(script.stderr);
    expect(Object.fromEntries(left)).toEqual(Object.fromEntries(script.filesAfter));
    expect(exitCode).toBe(script.exitCode);
  });
}

async function playIn(folder: string, script: TextScript, { clock }: SimulatedHub) {
  writeScriptFiles(script, folder);
  const before = process.cwd();
  process.chdir(folder);
  try {
    const finished = await run(script.argv, { clock, env: script.env });
    const left = [...script.filesAfter].map(([file]) => [file, readFileSync(file, 'utf8')] as const);
    return { ...finished, left };
  } finally {
    process.chdir(before);
  }
}

function inPlace(text: string, places: Readonly<Record<string, string>>): string {
  return text.replace(/\b(?:HUB|SERVER|NOBODY)\b/g, (word) => places[word] ?? word);
}

function prepare({ control }: SimulatedHub, line: string): void {
  const [verb, ...words] = line.split(' ');
  const [first = '', second = ''] = words;
  if (verb === 'account') control.addAccount({ name: first, password: second });
  else if (verb === 'paid') control.addAccount({ name: first, password: second, plan: 'paid' });
  else if (verb === 'spend') control.spend({ source: first, pulls: Number(second) });
  else if (verb === 'fault') control.setFault(first as FaultName);
  else throw new Error(`Not known to scripts: ${line}`);
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-script-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

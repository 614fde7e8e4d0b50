import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMPATIBILITY_NAMES } from '../../src/domain/compatibility.ts';
import { FAILURES } from '../../src/domain/failure.ts';
import { FAILURE_LABELS, type FailureLabel } from '../../src/domain/result.ts';
import { COMPATIBILITY_FAMILIES, compatibilityFamilies } from '../../src/metrics/compatibility-families.ts';
import { CREDENTIAL_FAMILIES, POLLED, PROBE_FAMILIES } from '../../src/metrics/credential-families.ts';
import { EXPORTER_FAMILIES } from '../../src/metrics/exporter-section.ts';
import type { FamilyDefinition } from '../../src/metrics/family.ts';
import { describeWithProgram } from '../requires-program.ts';

const FILE = resolve(import.meta.dirname, '../../docs/metrics.md');
const PAGE = readFileSync(FILE, 'utf8');
const FENCE = /^```promql\n(.*?)^```$/gms;

type AnyDefinition = Omit<FamilyDefinition<never>, 'samples'>;

describe('docs/metrics.md', () => {
  test('contains the tables generated from the code; `vitest -u` writes them', async () => {
    const sections: Record<string, string> = {
      credentials: familyTable(CREDENTIAL_FAMILIES),
      reasons: reasonTable(),
      exporter: familyTable(EXPORTER_FAMILIES),
      probe: familyTable(PROBE_FAMILIES),
      compatibility: compatibilityTable(),
    };
    const page = PAGE.replace(
      /(<!-- (\w+): generated [^\n]* -->\n).*?(<!-- end -->)/gs,
      (_, start: string, name: string, end: string) => `${start}\n${sections[name]}\n${end}`,
    );
    expect(PAGE.match(/: generated from/g)).toHaveLength(Object.keys(sections).length);
    await expect(page).toMatchFileSnapshot(FILE);
  });

  test('names no metric that does not exist', () => {
    const families = [
      ...CREDENTIAL_FAMILIES,
      ...EXPORTER_FAMILIES,
      ...compatibilityFamilies(COMPATIBILITY_NAMES),
    ];
    const known = new Set<string>(families.map(({ name }) => name));
    const named = PAGE.match(/(?<!:)\bdockerhub_[a-z_]+/g) ?? [];
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describeWithProgram('promtool', 'docs/metrics.md for promtool', () => {
  const examples = [...PAGE.matchAll(FENCE)].map(([, text = '']) => ({ text }));

  test.each(examples)('has valid PromQL: $text', ({ text }) => {
    const rules = { groups: [{ name: 'example', rules: [{ record: 'example', expr: text }] }] };
    expect(checkRules(JSON.stringify(rules))).toMatchObject({ status: 0 });
  });
});

/** promtool 2.42 reads rules from files only. */
function checkRules(rules: string): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-rules-'));
  try {
    const file = join(folder, 'rules.yml');
    writeFileSync(file, rules);
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file]);
    return { status, output: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function familyTable(definitions: readonly AnyDefinition[]): string {
  const rows = definitions.map(({ name, type, labels, help, absent = '' }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    help.replace(POLLED, '').trim(),
    absent,
  ]);
  return table(['metric', 'type', 'labels', 'meaning', 'absent'], rows);
}

function compatibilityTable(): string {
  const rows = COMPATIBILITY_NAMES.flatMap((exporter) =>
    COMPATIBILITY_FAMILIES[exporter].map(({ name, type, labels }) => [
      `\`${exporter}\``,
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(', '),
    ]),
  );
  return table(['name', 'metric', 'type', 'labels'], rows);
}

function reasonTable(): string {
  const blocks: Partial<Record<FailureLabel, string>> = {
    blocked_abuse: 'Docker Hub refuses this address for a while: too many requests of any kind',
    blocked_login: 'Docker Hub refuses this user name for a while: too many failed logins',
  };
  const meanings: Partial<Record<FailureLabel, string>> = {
    ...Object.fromEntries(Object.entries(FAILURES).map(([reason, { meaning }]) => [reason, meaning])),
    ...blocks,
  };
  return table(
    ['reason', 'meaning'],
    FAILURE_LABELS.map((reason) => [`\`${reason}\``, meanings[reason] ?? '']),
  );
}

/** A Markdown table whose columns are lined up. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |\n`;
  return line(heads) + line(widths.map((width) => '-'.repeat(width))) + rows.map(line).join('');
}

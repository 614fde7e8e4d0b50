import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { knownMetrics } from './known-metrics.ts';
import { ALERTS } from './rules-file.ts';

const FOLDER = resolve(import.meta.dirname, '../../docs/runbooks');
const RUNBOOKS = readdirSync(FOLDER).map((file) => ({
  alert: file.replace(/\.md$/, ''),
  text: readFileSync(resolve(FOLDER, file), 'utf8'),
}));

test('every alert has a runbook, and every runbook an alert', () => {
  expect(RUNBOOKS.map(({ alert }) => alert).sort()).toEqual(ALERTS.map(({ alert }) => alert).sort());
});

describe.each(RUNBOOKS)('docs/runbooks/$alert.md', ({ alert, text }) => {
  test('states what it means, what to check first, what to do and how to prevent it', () => {
    const [title, , meaning = ''] = text.split('\n');
    expect(title).toBe(`# ${alert}`);
    expect(meaning).toMatch(/^\*\*/);
    const sections = text.match(/^## (Check first|Do now|Prevent)/gm);
    expect(sections).toEqual(['## Check first', '## Do now', '## Prevent']);
  });

  test('is as severe as the rule', () => {
    const rule = ALERTS.find((each) => each.alert === alert);
    const [, severity] = /Severity:\s+(\w+)/.exec(text) ?? [];
    expect(severity).toBe(rule?.labels?.severity);
  });

  test('fits a screen and a half', () => {
    expect(text.split('\n').length).toBeLessThan(75);
    expect(text.split('\n').filter((line) => line.length > 160)).toEqual([]);
  });

  test('leads only to runbooks beside it', () => {
    const targets = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    const files = RUNBOOKS.map((each) => `${each.alert}.md`);
    expect(targets.filter((target) => !files.includes(target))).toEqual([]);
  });

  test('names no metric that does not exist', async () => {
    const known = await knownMetrics();
    expect((text.match(/\bdockerhub_[a-z_]+/g) ?? []).filter((name) => !known.has(name))).toEqual([]);
  });
});

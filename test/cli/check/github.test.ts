import { describe, expect, test } from 'vitest';
import { asGithub, asOutputs, asSummary } from '../../../src/cli/check/github.ts';
import type { Judgement } from '../../../src/cli/check/judge.ts';
import { metered, NOW } from '../../web/states.ts';
import { told } from './credential-json.ts';

function judged(name: string, words: string): Judgement {
  return { credential: told([metered(7, 100)], { name }), status: 'warning', words };
}

describe('asGithub()', () => {
  test('lets no text begin a command or a property of its own', () => {
    const judgements = [judged('a,b:c', '50%\n::error::x')];
    const thresholds = {
      warning: { unit: 'pulls', pulls: 1 },
      critical: { unit: 'pulls', pulls: 1 },
    } as const;
    expect(asGithub({ status: 'warning', judgements, thresholds, at: NOW })).toBe(
      '::warning title=Docker Hub pulls of a%2Cb%3Ac%3A warning::50%25%0A::error::x',
    );
  });
});

describe('asSummary()', () => {
  test('lets no text end a cell or begin markup', () => {
    const [row] = asSummary({ judgements: [judged('a|b', '<b>*x*')] })
      .trimEnd()
      .split('\n')
      .slice(-1);
    expect(row).toBe('| WARNING | a\\|b | 192.0.2.1 | \\<b\\>\\*x\\* |');
  });
});

describe('asOutputs()', () => {
  test('reports the least of all credentials', () => {
    const judgements = [judged('a', ''), { ...judged('b', ''), credential: told([metered(3, 100)]) }];
    expect(asOutputs({ status: 'warning', judgements })).toBe('status=warning\nremaining=3\n');
  });

  test('gives no number where none is metered', () => {
    const unlimited = told([{ kind: 'unmetered', source: undefined }]);
    const judgements: Judgement[] = [{ status: 'ok', words: 'unlimited', credential: unlimited }];
    expect(asOutputs({ status: 'ok', judgements })).toBe('status=ok\nremaining=\n');
  });
});

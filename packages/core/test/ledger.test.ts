import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatLedger,
  formatRow,
  type LedgerRow,
  ledgerColumns,
  ledgerHeader,
  ledgerRow,
  parseLedger,
} from '../src/ledger/ledger.ts';
import { wholeRows } from '../src/ledger/whole-rows.ts';
import { readManifest } from '../src/record/read-manifest.ts';
import { examplesFolder } from './examples.ts';

const cell = fc.oneof(
  fc.string(),
  fc.string({
    unit: fc.constantFrom('"', ',', "'", '=', '+', '-', '@', '\t', ' ', ';', 'a', 'é', '😀', '1'),
  }),
);
const id = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
const others = ledgerColumns.filter((column) => column !== 'run_id' && column !== 'path');
const row: fc.Arbitrary<LedgerRow> = fc
  .record({
    run_id: id,
    cells: fc.array(cell, { minLength: others.length, maxLength: others.length }),
    folder: cell,
  })
  .map(({ run_id, cells, folder }) => {
    const named = Object.fromEntries(others.map((column, at) => [column, cells[at] ?? '']));
    return { ...named, run_id, path: `${folder}_${run_id.slice(0, 8)}` } as LedgerRow;
  });
const rows = fc.uniqueArray(row, { selector: ({ run_id }) => run_id, maxLength: 8 });

function plain({ run_id = 'a'.repeat(64), ...changes }: Partial<LedgerRow> = {}): LedgerRow {
  return {
    ...(Object.fromEntries(ledgerColumns.map((column) => [column, ''])) as LedgerRow),
    run_id,
    timestamp_start: '2025-10-15T10:23:00.000Z',
    path: `2025/10/15/ai-team/artifacts/102300Z_x_${run_id.slice(0, 8)}`,
    ...changes,
  };
}
const inOrder = (list: readonly LedgerRow[]) => [...list].sort((a, b) => (a.run_id < b.run_id ? -1 : 1));

describe('runs.csv', () => {
  test('any rows are read back as they were', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const text = formatLedger(list);
        expect(inOrder(parseLedger(text))).toEqual(inOrder(list));
        expect(formatLedger(parseLedger(text))).toBe(text);
      }),
    );
  });

  test('its bytes do not depend on the order of the runs', () => {
    fc.assert(
      fc.property(rows, (list) => {
        expect(formatLedger([...list].reverse())).toBe(formatLedger(list));
      }),
    );
  });

  test('it has the columns that other readers count on, in their order', () => {
    expect(ledgerHeader).toBe(
      'run_id,timestamp_start,timestamp_end,kind,name,status,error_kind,model,model_hash,seed,duration_seconds,tokens_input,tokens_output,path,inputs_key,tags,parent_run_id,verdict,changed',
    );
    expect(formatLedger([])).toBe(`${ledgerHeader}\n`);
  });

  test.each(['=1+1', '+1', '-1', '@x', '\tx', '=cmd|"x"!A1', "'=1", "''-1"])(
    '%j cannot run as a formula',
    (name) => {
      const text = formatRow(plain({ name }));
      expect(text).toMatch(/,"?'/);
      expect(text).not.toMatch(/(^|,)"?[=+\-@\t\r]/);
      expect(parseLedger(text)[0]?.name).toBe(name);
    },
  );

  test('quotes and commas are written as RFC 4180 says', () => {
    expect(formatRow(plain({ name: 'a "b", c' }))).toContain(',"a ""b"", c",');
  });

  test('a torn line harms only itself, wherever it is torn', () => {
    const row = plain({ name: 'a,"b"', inputs_key: 'c'.repeat(64), tags: 'x y', changed: 'model code' });
    const whole = formatRow(row);
    const next = plain({ run_id: 'b'.repeat(64) });
    const pathEnd = whole.indexOf(row.path) + row.path.length;
    for (let at = 0; at < whole.length; at += 1) {
      const read = parseLedger(`${ledgerHeader}\n${whole.slice(0, at)}\n${formatRow(next)}\n`);
      // Behind the path the row is told from a torn one no more: rows of before there were keys end there.
      expect(read, `torn at ${at}`).toHaveLength(at < pathEnd ? 1 : 2);
      expect(read.at(-1)).toEqual(next);
    }
  });

  test('rows of before there were keys are read, and have none', () => {
    const row = plain({ inputs_key: 'c'.repeat(64) });
    const old = formatLedger([row]).replace(/(,[^,\n]*){5}$/gm, '');
    expect(old).toMatch(/,path\n/);
    expect(parseLedger(old)).toEqual([plain({ inputs_key: '' })]);
  });

  test('columns of a later version are ignored, CRLF and blank lines are read over', () => {
    const text = `${ledgerHeader},later\r\n\r\n${formatRow(plain())},"more, of it"\r\n\n`;
    expect(parseLedger(text)).toEqual([plain()]);
  });

  test('line ends of CRLF are no part of the last cell', () => {
    expect(parseLedger(formatLedger([plain()]).replaceAll('\n', '\r\n'))).toEqual([plain()]);
  });

  test('of several rows with one id the last wins', () => {
    const lines = [
      plain({ status: 'running' }),
      plain({ run_id: 'b'.repeat(64) }),
      plain({ status: 'ok' }),
    ].map(formatRow);
    expect(parseLedger(lines.join('\n')).map(({ status }) => status)).toEqual(['ok', '']);
  });

  test('it lists the start first to last', () => {
    const later = plain({ timestamp_start: '2025-10-15T10:23:00.001Z' });
    const earlier = plain({ run_id: 'f'.repeat(64) });
    expect(parseLedger(formatLedger([later, earlier]))).toEqual([earlier, later]);
  });
});

describe('whole rows', () => {
  const readWhole = (text: string) => wholeRows(text, () => true).reverse();
  const one = plain({ inputs_key: 'c'.repeat(64), changed: 'model' });
  const next = plain({ run_id: 'b'.repeat(64) });

  test('are those that parseLedger reads, where nothing is wrong', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const text = formatLedger(list);
        expect(readWhole(text)).toEqual(parseLedger(text));
        expect(readWhole(text.replaceAll('\n', '\r\n'))).toEqual(parseLedger(text));
      }),
    );
  });

  test('are shown cell by cell as they are given', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const seen: LedgerRow[] = [];
        const cells = (row: LedgerRow) =>
          Object.fromEntries(ledgerColumns.map((column) => [column, row[column]]));
        const given = wholeRows(formatLedger(list), (row) => seen.push(cells(row) as LedgerRow) > 0);
        expect(seen).toEqual(given);
      }),
    );
  });

  test('are not torn, wherever a row was torn and whether another was written behind it', () => {
    const whole = formatRow(one);
    for (let at = 0; at <= whole.length; at += 1) {
      const torn = whole.slice(0, at);
      expect(readWhole(`${ledgerHeader}\n${torn}`), `cut off at ${at}`).toEqual([]);
      const joined = readWhole(`${ledgerHeader}\n${torn}${formatRow(next)}\n`);
      expect(joined, `joined at ${at}`).toEqual(at === 0 ? [next] : []);
    }
  });

  test('have a cell for each column, those of a later version too', () => {
    const later = `${ledgerHeader},later\n${formatRow(one)},x\n${formatRow(next)}\n`;
    expect(readWhole(later)).toEqual([one]);
  });

  test.each(['', 'nonsense\n', `${ledgerHeader.replace(/,changed$/, '')}\n`])(
    'are none under %j',
    (header) => {
      expect(readWhole(`${header}${formatRow(one)}\n`)).toEqual([]);
    },
  );
});

describe('the row of a manifest', () => {
  const bytes = readFileSync(new URL('valid/run-ok.json', examplesFolder));
  const reading = readManifest(bytes);
  if ('faults' in reading) throw new Error('run-ok.json is not a manifest');
  const { manifest } = reading;

  test('says what the manifest says', () => {
    const { run_id, model_hash, ...rest } = ledgerRow(manifest, 'a/b_cea01c80');
    expect({ run_id, model_hash }).toEqual({ run_id: manifest.run_id, model_hash: manifest.model?.hash });
    expect(rest).toEqual({
      timestamp_start: '2025-10-15T10:23:00.000Z',
      timestamp_end: '2025-10-15T10:23:02.481Z',
      kind: 'llm',
      name: 'summarise-notes',
      status: 'ok',
      error_kind: '',
      model: 'ollama:qwen2.5:7b',
      seed: '1234',
      duration_seconds: '2.481',
      tokens_input: '31',
      tokens_output: '9',
      path: 'a/b_cea01c80',
      inputs_key: manifest.inputs_key,
      tags: 'notes summary',
      parent_run_id: '',
      verdict: '',
      changed: '',
    });
  });

  test('stays one line whatever a hand-made manifest holds', () => {
    const strange = { ...manifest, task: { ...manifest.task, name: 'a\r\nb\n"c' } };
    const text = formatRow(ledgerRow(strange, 'p_cea01c80'));
    expect(text).not.toMatch(/[\r\n]/);
    expect(parseLedger(text)[0]?.name).toBe('a b "c');
  });
});

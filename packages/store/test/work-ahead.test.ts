import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workAhead } from '../src/work-ahead.ts';

test('results come in the order of the items, and no more than the width are under way', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.nat({ max: 3 })),
    fc.integer({ min: 1, max: 5 }),
    async (items, width) => {
      let underWay = 0;
      const results: number[] = [];
      const work = async (item: number) => {
        underWay += 1;
        expect(underWay).toBeLessThanOrEqual(width);
        await sleep(item);
        underWay -= 1;
        return item;
      };
      for await (const result of workAhead(items, width, work)) results.push(result);
      expect(results).toEqual(items);
    },
  );
  await fc.assert(property, { numRuns: 40 });
});

test('a failure is met in its turn', async () => {
  const work = async (item: number) => {
    if (item === 2) throw new Error('two');
    return item;
  };
  const results: number[] = [];
  const taking = async () => {
    for await (const result of workAhead([0, 1, 2, 3], 4, work)) results.push(result);
  };
  await expect(taking()).rejects.toThrow('two');
  expect(results).toEqual([0, 1]);
});

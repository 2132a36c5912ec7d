// Brings a lab up to date, as `timelab sync` does, and prints what the store reports and the seconds it took.
// node sync-lab.js LAB
import { identifySelf, openLab, sync } from '../src/index.ts';

const [root = ''] = process.argv.slice(2);
const start = performance.now();
const report = await sync(openLab(root), identifySelf());
const { days, runs, damaged, removed, rewritten, settled } = report;
const seconds = (performance.now() - start) / 1000;
const counts = { damaged: damaged.length, removed, rewritten: rewritten.length, settled: settled.length };
process.stdout.write(`${JSON.stringify({ days, runs, ...counts, seconds })}\n`);

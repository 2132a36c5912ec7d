// Makes one day of a lab, as `timelab day` does. node make-day-once.js LAB DAY
import { planDay } from '@timelab/core';
import { makeDay, openLab } from '../src/index.ts';

const [root = '', day = ''] = process.argv.slice(2);
const made = await makeDay(openLab(root), planDay(day));
process.stdout.write(made.map((path) => `${path}\n`).join(''));

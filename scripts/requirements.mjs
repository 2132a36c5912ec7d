import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { inRepository } from './repository.mjs';

/** Programs that set-up cannot do without, and where they come from. */
const required = [
  { command: 'npm', source: 'it comes with Node: https://nodejs.org' },
  { command: 'git', source: "install it with your system's package manager: https://git-scm.com" },
];

/** Programs that something needs later, and what works without them. */
const optional = [
  {
    command: 'python3',
    args: ['-m', 'pip', '--version'],
    without:
      'python3 with pip was not found: `timelab model pull` and the demo need it; everything else works without it.',
  },
];

/** What is missing that set-up cannot do without, in words; empty when all is there. */
export function missing() {
  const oldest = JSON.parse(readFileSync(inRepository('package.json'), 'utf8')).engines.node.replace(
    '>=',
    '',
  );
  const node = process.versions.node;
  const lacks = isOlder(node, oldest)
    ? [`timelab needs Node ${oldest} or newer, and this is Node ${node}: get one from https://nodejs.org`]
    : [];
  for (const { command, source } of required) {
    if (!answers(command, ['--version']))
      lacks.push(`timelab needs ${command}, and none was found: ${source}`);
  }
  return lacks;
}

/** What is missing that only some parts need, in words that say what works without it. */
export function missingParts() {
  return optional.filter(({ command, args }) => !answers(command, args)).map(({ without }) => without);
}

/** Whether a version, such as 20.18.3, is older than another, of which two numbers count. */
export function isOlder(version, oldest) {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldest.split('.').map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

/** Whether a program is there and ends well when it is called so. */
export function answers(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

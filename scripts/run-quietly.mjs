import { spawn } from 'node:child_process';
import { root } from './repository.mjs';

const keptLines = 40;

/**
 * Runs a program without showing what it says, and gives its output.
 * Throws an Error with `exitCode` and the last lines in `details` when it fails or cannot be started.
 */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) =>
      reject(failure(`${command} could not be started: ${error.message}`, 70, output)),
    );
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(
          failure(
            `\`${spelled(command, args)}\` ended with ${signal ?? `exit code ${code}`}.`,
            code ?? 70,
            output,
          ),
        );
    });
  });
}

function spelled(command, args) {
  const short = (word) => word.replace(root, '').replace(process.execPath, 'node');
  return [command, ...args].map(short).join(' ');
}

function failure(message, exitCode, output) {
  const details = output.trimEnd().split('\n').slice(-keptLines).join('\n');
  return Object.assign(new Error(message), { exitCode, details });
}

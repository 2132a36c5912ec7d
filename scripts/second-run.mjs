/** More files than these do not fail by chance. */
const mostFiles = 3;

const hasFailed = ({ state }) => state === 'failed';

/**
 * The files that are worth a second run: those in which something failed, if they are few and account for all that
 * failed. What fails by what else the machine does tells nothing of a change; what fails twice does.
 */
export function worthAnother({ tests, brokenFiles, strayErrors }) {
  const files = [...new Set([...tests.filter(hasFailed).map(({ file }) => file), ...brokenFiles])];
  return strayErrors === 0 && files.length <= mostFiles ? files : [];
}

/** A run with the second one of some files put in their place; `chances` names what failed first and then did not. */
export function mergeRuns(first, second, files) {
  const passes = new Set(second.tests.filter(({ state }) => state === 'passed').map(named));
  const mended = first.brokenFiles.filter((file) => !second.brokenFiles.includes(file));
  return {
    tests: [...first.tests.filter(({ file }) => !files.includes(file)), ...second.tests],
    brokenFiles: second.brokenFiles,
    strayErrors: second.strayErrors,
    failed: second.failed,
    chances: [
      ...first.tests
        .filter(hasFailed)
        .map(named)
        .filter((name) => passes.has(name)),
      ...mended,
    ],
  };
}

const named = ({ file, name }) => `${file}: ${name}`;

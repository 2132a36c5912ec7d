import { writeFileSync } from 'node:fs';
import process from 'node:process';

/**
 * A vitest reporter that keeps what the summary of `npm test` needs, in the file that TIMELAB_TEST_REPORT names.
 * @public vitest calls it, by the file's name.
 */
export default function testReport() {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const tests = modules.flatMap((module) =>
        [...module.children.allTests()].map((test) => describe(module, test)),
      );
      const brokenFiles = modules.filter(isBroken).map((module) => module.relativeModuleId);
      const report = { tests, brokenFiles, strayErrors: unhandledErrors.length };
      writeFileSync(process.env.TIMELAB_TEST_REPORT, JSON.stringify(report));
    },
  };
}

function describe(module, test) {
  const { state, note } = test.result();
  return { file: module.relativeModuleId, name: test.fullName, state, note };
}

// A file or hook that fails before its tests run would otherwise count as nothing.
function isBroken(module) {
  const failedTests = [...module.children.allTests('failed')];
  return module.state() === 'failed' && failedTests.length === 0;
}

import process from 'node:process';

/** Why a test may be skipped even where all have to run: it needs another processor, system or depth of history. */
const needsAnotherSystem = [
  /^this processor (runs|has|knows) /,
  /^only Linux on x64 /,
  /^strace is for Linux$/,
  /^this clone lacks the commit /,
];

/** Whether every test has to run that can be made to: in CI, and when TIMELAB_TEST_ALL=1 asks for it. */
export const allHaveToRun = process.env.CI === 'true' || process.env.TIMELAB_TEST_ALL === '1';

/** Those of the skipped tests that would run here if what they need were installed. */
export const mendable = (skips) =>
  skips.filter((skip) => !needsAnotherSystem.some((reason) => reason.test(reasonOf(skip))));

/** Why a test was skipped: what it said itself, or what its name says in brackets. */
function reasonOf({ name, note }) {
  const inName = /\(skipped: (.+?)\)(?: > |$)/.exec(name) ?? /\((needs .+?)\)/.exec(name);
  return note ?? inName?.[1] ?? 'no reason given';
}

/** The skipped tests in words, below the reason that they share. */
export function explainSkips(skips) {
  const reasons = [...new Set(skips.map(reasonOf))];
  const below = (reason) => skips.filter((skip) => reasonOf(skip) === reason);
  return reasons.flatMap((reason) => [
    `- ${reason}`,
    ...below(reason).map(({ file, name }) => `    ${file}: ${name}`),
  ]);
}

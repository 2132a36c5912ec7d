import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './root.ts';
import type { Target } from './target.ts';

const extractor = join(root, 'tools/rust_extractor/target/release/rust_extractor');
const patch = `diff --git a/src/a.c b/src/b.c
similarity index 90%
rename from src/a.c
rename to src/b.c
index 1111111111111111111111111111111111111111..2222222222222222222222222222222222222222 100644
--- a/src/a.c
+++ b/src/b.c
@@ -1,3 +1,4 @@ int f(int x) {
 one
-two
+2
+3
 three
diff --git "a/odd\\tname" "b/odd\\tname"
new file mode 100755
index 0000000000000000000000000000000000000000..2222222222222222222222222222222222222222
Binary files /dev/null and "b/odd\\tname" differ
diff --git a/gone b/gone
deleted file mode 120000
index 1111111111111111111111111111111111111111..0000000000000000000000000000000000000000
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-target
\\ No newline at end of file
`;

/** rust_extractor, reading a patch. */
export const diff: Target = {
  corpus: [Buffer.from(patch), Buffer.from(patch.slice(0, 300)), Buffer.from('')],
  words: [
    ...[
      'diff --git ',
      'a/',
      'b/',
      '@@ -1,3 +1,4 @@',
      '@@ -0,0 +1 @@',
      '--- ',
      '+++ ',
      '/dev/null',
      '\\ No newline',
      '\n',
      '\r',
    ],
    ...[
      '@@@ -1 -1 +1 @@@',
      'GIT binary patch\nliteral 5\n',
      'index 1..2',
      'old mode',
      '4294967296',
      '18446744073709551616',
    ],
    ...['-1', '"\\303\\244"', '"\\', '\0', '\xff', '../../x', 'Subproject commit ', 'rename from '],
  ],
  hold: async (input) => {
    const { code, signal, stdout, stderr } = await runExtractor(input);
    if (signal !== null || (code !== 0 && code !== 65))
      throw new Error(`ended with ${code ?? signal}: ${stderr.slice(0, 500)}`);
    if (/panicked|RUST_BACKTRACE/.test(stderr)) throw new Error(stderr.slice(0, 500));
    if (code === 0) for (const line of stdout.split('\n').filter(Boolean)) JSON.parse(line);
  },
};

function runExtractor(input: Buffer) {
  return new Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>(
    (done, fail) => {
      const child = spawn(extractor, ['diff'], { timeout: 60_000, killSignal: 'SIGKILL' });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      child.on('error', fail).on('close', (code, signal) => done({ code, signal, stdout, stderr }));
      child.stdin.on('error', () => {});
      child.stdin.end(input);
    },
  );
}

# A lab, a day and an answer of the real small model, by the wrapped command, offline.
{
  pkgs,
  built,
}:
pkgs.runCommand "end-to-end" {nativeBuildInputs = [built.timelab pkgs.jq];} ''
  export HOME=$TMPDIR TIMELAB_MODELS=${built.smollm2}/share/timelab
  timelab init lab
  cd lab
  timelab day
  cp ${../../2025/10/15/ai-team/specs/demo.json} demo.json
  timelab ai --spec demo.json
  jq --exit-status '.status == "ok"' latest/run.json
  timelab sync
  touch $out
''

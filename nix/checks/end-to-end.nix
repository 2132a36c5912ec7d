# A lab, a day and an answer of the real small model, by the wrapped command, offline. The engine is there on Linux only.
{
  pkgs,
  built,
}:
pkgs.runCommand "end-to-end" {nativeBuildInputs = [built.timelab pkgs.git pkgs.jq];} ''
  export HOME=$TMPDIR TIMELAB_MODELS=${built.smollm2}/share/timelab
  # A builder has no network, and may not be allowed to fence its own children.
  export TIMELAB_ISOLATION=none
  timelab init lab
  cd lab
  timelab day
  cp ${../../2025/10/15/ai-team/specs/demo.json} demo.json
  timelab check demo.json
  ${pkgs.lib.optionalString pkgs.stdenv.hostPlatform.isLinux ''
    timelab ai --spec demo.json
    jq --exit-status '.status == "ok"' latest/run.json
  ''}
  git add --all
  git -c user.name=Ada -c user.email=ada@example.org commit --quiet --message 'a lab'
  timelab summ HEAD
  jq --exit-status '.status == "ok" and .flake.narHash != null' latest/run.json
  timelab sync
  touch $out
''

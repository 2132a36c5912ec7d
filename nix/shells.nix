# What `nix develop .#NAME` puts on the PATH.
{
  pkgs,
  self,
  ...
}: let
  built = self.packages.${pkgs.stdenv.hostPlatform.system};
  rust = [pkgs.cargo pkgs.rustc pkgs.clippy pkgs.rustfmt];
  node = [pkgs.nodejs pkgs.pnpm_10];
  everyday = [pkgs.git pkgs.jq pkgs.just];
  lint = [pkgs.alejandra pkgs.shellcheck];
  ofPython = import ./python-packages.nix {inherit pkgs;};
  python = [(ofPython.interpreter (ofPython.build ++ ofPython.tests)) pkgs.ruff pkgs.black];
  learning = ofPython.interpreter (ofPython.build ++ ofPython.learning);
  shell = packages: pkgs.mkShell {inherit packages;};
  rustShell = shell (rust ++ [pkgs.rust-analyzer pkgs.git]);
in {
  default = shell (everyday ++ node ++ rust ++ [pkgs.python3]);
  rust_dev = rustShell;
  rust_an = rustShell;
  python_ml = shell [learning pkgs.ruff pkgs.black pkgs.jq];
  lab = shell (everyday ++ [built.timelab]);
  data_mining = shell (everyday ++ [built.timelab built.rust_extractor built.py_post]);
  full = shell (everyday ++ node ++ rust ++ python ++ lint ++ [built.timelab pkgs.rust-analyzer]);
  ci = shell (everyday ++ node ++ rust ++ python ++ lint);
}

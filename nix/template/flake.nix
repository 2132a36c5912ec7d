{
  description = "A timelab lab: its flake.lock is part of every record";

  # Where timelab comes from: `nix registry add timelab ADDRESS` once, or write the address here.
  inputs.timelab.url = "flake:timelab";

  outputs = {timelab, ...}: {
    inherit (timelab) apps;
    devShells = builtins.mapAttrs (_: shells: {default = shells.lab;}) timelab.devShells;
  };
}

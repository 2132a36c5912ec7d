/**
 * What a lab needs for a shell that has timelab, so that the lab's own flake.lock pins it: the flake's template of the
 * same name, word for word.
 */
export const nixLabFiles = [
  {
    path: 'flake.nix',
    text: `{
  description = "A timelab lab: its flake.lock is part of every record";

  # Where timelab comes from: \`nix registry add timelab ADDRESS\` once, or write the address here.
  inputs.timelab.url = "flake:timelab";

  outputs = {timelab, ...}: {
    inherit (timelab) apps;
    devShells = builtins.mapAttrs (_: shells: {default = shells.lab;}) timelab.devShells;
  };
}
`,
  },
  { path: '.envrc', text: 'use flake\n' },
];

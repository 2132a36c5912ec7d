# Reads pnpm-lock.yaml: the packages that fit a platform, each with its name, version and integrity hash.
# Between the lines "packages:" and "snapshots:", entries are parted by an empty line, and a field is one line.
{lib}: {
  lockFile,
  os,
  cpu,
  libc ? null,
}: let
  inherit (builtins) all any elemAt filter head match readFile;
  section = head (lib.splitString "\nsnapshots:\n" (elemAt (lib.splitString "\npackages:\n\n" (readFile lockFile)) 1));

  # The first line that a pattern fits, taken apart by it; null where there is none.
  first = pattern: lines: let
    found = filter (groups: groups != null) (map (match pattern) lines);
  in
    if found == []
    then null
    else head found;

  # A field such as `os: [linux, darwin]` as a list; null where the entry is for all.
  list = name: lines: let
    found = first "    ${name}: \\[(.*)]" lines;
  in
    if found == null
    then null
    else lib.splitString ", " (head found);

  # pnpm's rule: one of the names given, and none of those with an exclamation mark.
  fits = value: names: let
    wanted = filter (name: !lib.hasPrefix "!" name) names;
  in
    names == null || value == null || !(builtins.elem "!${value}" names) && (wanted == [] || any (name: name == value) wanted);

  entry = lines: let
    title = first "  '?([^ ']*[^ '@])@([^ '@]+)'?:" lines;
    integrity = first "    resolution: \\{integrity: ([^,}]+).*" lines;
  in
    if title == null || integrity == null
    then throw "pnpm-lock.yaml has an entry that nix/pnpm-lock.nix cannot read: ${builtins.concatStringsSep "\n" lines}"
    else {
      name = head title;
      version = elemAt title 1;
      hash = head integrity;
      fits = all (wanted: wanted) [(fits os (list "os" lines)) (fits cpu (list "cpu" lines)) (fits libc (list "libc" lines))];
    };
  entries = map (text: entry (lib.splitString "\n" text)) (filter (lib.hasPrefix "  ") (lib.splitString "\n\n" section));
in
  filter (package: package.fits) entries

# Fetches whose hash Nix itself checks: by URL with Nix's own fetcher, from PyPI with this machine's pip.
{
  lib,
  host,
  pkgs,
}: {
  fetchurl = {
    url,
    hash,
    name ? baseNameOf url,
  }:
    import <nix/fetchurl.nix> {inherit url hash name;};

  fetchPypi = {
    pname,
    version,
    hash,
    ...
  }:
    pkgs.runCommand "${pname}-${version}-py3-none-any.whl" {
      outputHash = hash;
      outputHashMode = "flat";
      __noChroot = true;
      env = host.networkEnvironment;
    } ''
      ${host.tools.python3} -m pip download --quiet --no-deps --dest wheels ${pname}==${version}
      mv wheels/* $out
    '';
}

# The image: a program that writes it to stdout, for `docker load`. It runs as nobody in particular, in the lab at /lab.
{
  pkgs,
  timelab,
}:
pkgs.dockerTools.streamLayeredImage {
  name = "timelab";
  tag = timelab.version;
  created = "1970-01-01T00:00:01+00:00";
  contents = [timelab];
  uid = 1000;
  gid = 1000;
  extraCommands = "mkdir -p lab tmp && chmod 1777 lab tmp";
  config = {
    Entrypoint = [(pkgs.lib.getExe timelab)];
    Cmd = ["--help"];
    User = "1000:1000";
    WorkingDir = "/lab";
    Volumes."/lab" = {};
    Env = ["HOME=/tmp" "TMPDIR=/tmp"];
  };
}

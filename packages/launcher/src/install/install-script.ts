const policy = '/usr/sbin/policy-rc.d';

/**
 * The shell script that installs the packages, to be run as root. Debian starts a package's daemon as soon as it is
 * installed; ours run with our own settings, so that for the time of the installation, and only while this launcher is
 * alive, the standard switch for that (invoke-rc.d's policy-rc.d) is off. A switch that is already there is left alone.
 */
export function installScript(packages: readonly string[], launcherPid: number): string {
  const apt = 'apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3';
  return `set -eu
export DEBIAN_FRONTEND=noninteractive
if [ ! -e ${policy} ]; then
  trap 'rm -f ${policy}' EXIT
  trap 'exit 130' INT TERM HUP
  printf '%s\\n' '#!/bin/sh' '# Made by the Trunkline launcher while it installs packages; may be deleted.' \\
    'kill -0 ${launcherPid} 2>/dev/null && exit 101' 'exit 0' > ${policy}
  chmod 755 ${policy}
fi
${apt} update -q || echo 'The package lists could not be refreshed; trying with those at hand.' >&2
${apt} install -q -y --no-install-recommends ${packages.join(' ')}
`;
}

#!/usr/bin/env bash
#
# Runs a command as an ordinary user who is logged in on a machine with systemd: a real `systemd --user`, a real journald and a
# session bus, although PID 1 of this machine may be something else (a container, a build machine).
#
#   rig.sh [--bind SOURCE:TARGET]... -- COMMAND [ARGUMENT]...
#
# SOURCE appears inside as TARGET, which must lie below the user's home, $RIG_HOME. The exit status is that of COMMAND;
# 77 means that this machine cannot give what it takes, and standard error says what is missing.
#
# Nothing outside is touched: namespaces of its own for mounts, processes, cgroups, System V IPC, the host name and the network (the
# worker's lock is an abstract socket, which belongs to that: without, two rigs at once would be in each other's way); fresh file
# systems on /run, /tmp, /home, /var/log and /dev/shm, a copy of /etc. All processes die with the rig, however it ends.
# What it has not: logind (no lingering), and controllers that cgroup v1 holds on the host (no MemoryMax=).

set -Eeuo pipefail

readonly CANNOT=77
readonly RIG_UID=4242 RIG_USER=rig RIG_HOME=/home/rig
readonly RUNTIME=/run/user/$RIG_UID CGROUPS=/sys/fs/cgroup
# A directory that every machine has and that gets a fresh file system anyway.
readonly HOLD=/var/log
readonly SLICE=$CGROUPS/user.slice/user-$RIG_UID.slice
readonly AS_USER=(setpriv --reuid=$RIG_UID --regid=$RIG_UID --clear-groups --)
# As after a login: neither the manager nor the command sees anything of the caller's environment.
readonly LOGIN=(
  "HOME=$RIG_HOME" "USER=$RIG_USER" "LOGNAME=$RIG_USER" SHELL=/bin/bash LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin
  "XDG_RUNTIME_DIR=$RUNTIME" "DBUS_SESSION_BUS_ADDRESS=unix:path=$RUNTIME/bus"
)

say() { printf 'rig: %s\n' "$*" >&2; }
cannot() { say "cannot run here: $*"; exit "$CANNOT"; }

# ---- outside: is it possible, a cgroup of our own, namespaces ------------------------------------------------------------

outside() {
  local -a binds=()
  while [[ ${1:-} == --bind ]]; do binds+=("$2"); shift 2; done
  [[ ${1:-} == -- && $# -gt 1 ]] || { sed -n '3,15s/^# \{0,1\}//p' "$0" >&2; exit 64; }
  shift
  check_machine
  local parent cgroup
  parent=$(own_cgroup_parent)
  remove_stale_cgroups "$parent"
  cgroup=$parent/tmo-rig-$$
  mkdir "$cgroup" 2>/dev/null || cannot "no cgroup can be made at $cgroup"
  # shellcheck disable=SC2064 # the path of now is meant
  trap "remove_cgroup '$cgroup'" EXIT
  exec 3<&0
  (
    echo "$BASHPID" >"$cgroup/cgroup.procs"
    RIG_BINDS=$(printf '%s\n' "${binds[@]}")
    export RIG_BINDS
    # A rig that is killed outright takes unshare with it, and unshare the first process of the namespace, and that all others.
    exec setpriv --pdeathsig KILL -- unshare --mount --pid --cgroup --uts --ipc --net --fork --mount-proc --kill-child \
      bash "$(readlink -f "$0")" --inside "$@"
  ) <&3 &
  local child=$! status=0
  trap 'kill -TERM $(<"/proc/$child/task/$child/children") 2>/dev/null || true' TERM INT HUP
  wait_for_end "$child" || status=$?
  exit "$status"
}

check_machine() {
  [[ $(uname -s) == Linux ]] || cannot 'this is not Linux'
  ((EUID == 0)) || cannot 'it takes root to make the namespaces (sudo without a password will do)'
  local program
  for program in /lib/systemd/systemd /lib/systemd/systemd-journald dbus-daemon unshare setpriv; do
    command -v "$program" >/dev/null || cannot "$program is not installed"
  done
  unshare --mount --pid --cgroup --uts --ipc --net --fork true 2>/dev/null || cannot 'namespaces are not allowed'
}

# Our own place in the host's cgroup v2 tree; its root where the host shows another part of the tree than it puts us into.
own_cgroup_parent() {
  local mount here
  mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
  [[ -n $mount ]] || cannot 'there is no cgroup v2'
  here=$(awk -F: '$1 == 0 { print $3; exit }' /proc/self/cgroup)
  [[ -d $mount$here ]] || here=
  printf '%s' "$mount${here%/}"
}

# A rig that was killed outright leaves an empty one.
remove_stale_cgroups() {
  local stale
  for stale in "$1"/tmo-rig-*; do
    [[ -d $stale && ! -d /proc/${stale##*-} ]] || continue
    find "$stale" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}

remove_cgroup() {
  local _
  for _ in {1..50}; do
    [[ -d $1 ]] || return 0
    echo 1 2>/dev/null >"$1/cgroup.kill" || true
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
    sleep 0.05
  done
  say "could not remove $1"
}

# `wait` comes back early when a trap ran.
wait_for_end() {
  local status=0
  while :; do
    status=0; wait "$1" || status=$?
    kill -0 "$1" 2>/dev/null || return "$status"
  done
}

# ---- inside: PID 1 of the namespaces --------------------------------------------------------------------------------------

inside() {
  set_up_files
  set_up_cgroups
  start_journald
  start_manager
  local status=0
  run_command "$@" || status=$?
  stop_all
  exit "$status"
}

set_up_files() {
  hold_binds
  cp -a /etc "$HOLD/etc"
  cover /run 0755
  mkdir /run/.rig
  mount --move "$HOLD" /run/.rig
  cover /home 0755; cover /var/log 0755; cover /tmp 1777; cover /dev/shm 1777
  mount --bind /run/.rig/etc /etc
  add_user
  place_binds
  : >/run/utmp
}

cover() { mount -t tmpfs -o "mode=$2,nosuid,nodev" rig "$1"; }

# What is to appear inside may lie where a fresh file system will cover it: a second mount holds it until then.
hold_binds() {
  cover "$HOLD" 0700
  local line i=0
  while IFS= read -r line; do
    [[ -n $line ]] || continue
    bind "${line%:*}" "$HOLD/bind-$i"
    i=$((i + 1))
  done <<<"$RIG_BINDS"
}

place_binds() {
  local line i=0
  while IFS= read -r line; do
    [[ -n $line ]] || continue
    "${AS_USER[@]}" mkdir -p "$(dirname "${line#*:}")"
    bind "/run/.rig/bind-$i" "${line#*:}"
    i=$((i + 1))
  done <<<"$RIG_BINDS"
}

bind() {
  [[ -e $1 ]] || { say "no such file or directory: $1"; exit 64; }
  if [[ -d $1 ]]; then mkdir "$2"; else : >"$2"; fi
  mount --bind "$1" "$2"
  # The command is an ordinary user, but what is bound is the host's.
  mount -o remount,bind,ro "$2"
}

add_user() {
  echo "$RIG_USER:x:$RIG_UID:$RIG_UID:rig:$RIG_HOME:/bin/bash" >>/etc/passwd
  echo "$RIG_USER:x:$RIG_UID:" >>/etc/group
  tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
  install -d -m 0700 -o $RIG_UID -g $RIG_UID "$RIG_HOME"
  mkdir -p "$RUNTIME"
  mount -t tmpfs -o "mode=0700,uid=$RIG_UID,gid=$RIG_UID,nosuid,nodev" rig "$RUNTIME"
}

# The tree as PID 1 and logind would make it: journald finds a message's unit and user by the sender's cgroup.
set_up_cgroups() {
  umount -R "$CGROUPS"
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$CGROUPS"
  local manager=$SLICE/user@$RIG_UID.service
  mkdir -p "$CGROUPS/init.scope" "$CGROUPS/system.slice/systemd-journald.service" "$manager" "$SLICE/session-1.scope"
  echo 1 >"$CGROUPS/init.scope/cgroup.procs"
  # The manager's part is the user's. PID 1 would also move a process from the session into that part for `systemd-run --scope`.
  chown $RIG_UID:$RIG_UID "$manager" "$manager"/cgroup.{procs,threads,subtree_control} "$SLICE/cgroup.procs"
}

enter_cgroup() { echo "$BASHPID" >"$1/cgroup.procs"; }

start_journald() {
  # What PID 1 makes at boot: sd_booted(3) asks for the first, units with file system name spaces need the others.
  mkdir -p /run/systemd/{system,journal,journald.conf.d,unit-root,mount-rootfs,propagate} /run/log
  mkdir -p -m 0000 /run/systemd/inaccessible/dir
  # Only a persistent journal is split by user, and only a user's own file can be read by `journalctl --user`.
  install -d -m 2755 -g systemd-journal /var/log/journal
  : >/run/systemd/journal/flushed
  printf '[Journal]\nStorage=persistent\nSplitMode=uid\nReadKMsg=no\nAudit=no\n' >/run/systemd/journald.conf.d/rig.conf
  (
    enter_cgroup "$CGROUPS/system.slice/systemd-journald.service"
    exec env -i PATH=/usr/bin:/bin SYSTEMD_LOG_TARGET=null /lib/systemd/systemd-journald
  ) </dev/null >/dev/null 2>&1 3<&- &
  JOURNALD=$!
  wait_until journald test -S /run/systemd/journal/stdout
}

start_manager() {
  (
    enter_cgroup "$SLICE/user@$RIG_UID.service"
    cd "$RIG_HOME"
    exec env -i "${LOGIN[@]}" SYSTEMD_LOG_TARGET=journal "${AS_USER[@]}" /lib/systemd/systemd --user
  ) </dev/null >/dev/null 2>&1 3<&- &
  MANAGER=$!
  wait_until 'the user manager' env -i "${LOGIN[@]}" "${AS_USER[@]}" systemctl --user --quiet is-active basic.target
}

wait_until() {
  local what=$1 _; shift
  for _ in {1..200}; do "$@" >/dev/null 2>&1 && return 0; sleep 0.05; done
  cannot "$what did not come up"
}

run_command() {
  (
    enter_cgroup "$SLICE/session-1.scope"
    cd "$RIG_HOME"
    exec env -i "${LOGIN[@]}" TERM=dumb XDG_SESSION_ID=1 "${AS_USER[@]}" "$@"
  ) <&3 3<&- &
  local command=$!
  # shellcheck disable=SC2064 # the process of now is meant
  trap "kill -TERM $command 2>/dev/null || true" TERM
  wait_for_end "$command"
}

# The manager stops its units; then journald writes what it still holds.
stop_all() {
  kill -TERM "$MANAGER" 2>/dev/null || true
  local _
  for _ in {1..100}; do kill -0 "$MANAGER" 2>/dev/null || break; sleep 0.05; done
  kill -TERM "$JOURNALD" 2>/dev/null || true
}

if [[ ${1:-} == --inside ]]; then shift; exec 3<&0; inside "$@"; else outside "$@"; fi

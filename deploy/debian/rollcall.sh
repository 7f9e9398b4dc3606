#!/bin/sh
# The command uses the configuration of the service, unless the environment names another one.
export ROLLCALL_CONFIG="${ROLLCALL_CONFIG-/etc/rollcall/rollcall.yaml}"
exec /usr/lib/rollcall/node /usr/lib/rollcall/rollcall.js "$@"

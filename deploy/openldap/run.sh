#!/bin/sh
# Runs slapd in the foreground on the database under SLAPD_HOME, and fills it from SLAPD_LDIF on the first start.
# It adds the base entry and the accounts under ou=services if that file lacks them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=${SLAPD_HOME:-/var/lib/openldap}
suffix=${SLAPD_SUFFIX:-dc=example,dc=com}
bind_password=${SLAPD_BIND_PASSWORD:-rollcall}
ldif=${SLAPD_LDIF:-/ldif/organisation.ldif}
slapd=${SLAPD_PROGRAM:-/usr/sbin/slapd}

base() {
  rdn=${suffix%%,*}
  entry "$suffix" 'objectClass: domain' "dc: ${rdn#dc=}"
}

accounts() {
  entry "ou=services,$suffix" 'objectClass: organizationalUnit' 'ou: services'
  for name in rollcall capped; do
    entry "cn=$name,ou=services,$suffix" 'objectClass: organizationalRole' 'objectClass: simpleSecurityObject' \
      "cn: $name" "userPassword: $bind_password"
  done
}

entry() {
  if [ -e "$ldif" ] && LC_ALL=C grep -qixF "dn: $1" "$ldif"; then return; fi
  printf 'dn: %s\n' "$1"
  shift
  printf '%s\n' "$@" ''
}

# SASL EXTERNAL: a certificate for "rollcall", or any account of this machine on the local socket, reads the directory.
externals() {
  [ -n "${SLAPD_TLS_CERT:-}${SLAPD_SOCKET:-}" ] || return 0
  printf 'authz-regexp "%s" "cn=rollcall,ou=services,%s"\n' '^cn=rollcall$' "$suffix" \
    '^gidNumber=[0-9]+[+]uidNumber=[0-9]+,cn=peercred,cn=external,cn=auth$' "$suffix"
  [ -n "${SLAPD_TLS_CERT:-}" ] || return 0
  printf '%s\n' "TLSCACertificateFile $SLAPD_TLS_CA" "TLSCertificateFile $SLAPD_TLS_CERT" \
    "TLSCertificateKeyFile $SLAPD_TLS_KEY" 'TLSVerifyClient try'
}

# An overlay NAME is described in overlay-NAME.conf.
overlays() {
  for name in ${SLAPD_OVERLAYS:-}; do
    cat "$here/overlay-$name.conf"
  done
}

configure() {
  overlays > "$home/overlays.conf"
  printf '%s\n' "${SLAPD_ACCESS:-}" > "$home/access.conf"
  externals > "$home/slapd.conf"
  sed -e "s|@HOME@|$home|g" -e "s|@SUFFIX@|$suffix|g" \
    -e "s|@SCHEMA@|${SLAPD_SCHEMA:-/etc/ldap/schema}|g" -e "s|@MODULES@|${SLAPD_MODULES:-/usr/lib/ldap}|g" \
    -e "s|@ADMIN_PASSWORD@|${SLAPD_ADMIN_PASSWORD:-admin}|g" \
    -e "s|@UNPAGED@|${SLAPD_UNPAGED:-500}|g" -e "s|@CAPPED@|${SLAPD_CAPPED:-2000}|g" \
    "$here/slapd.conf" >> "$home/slapd.conf"
}

# slapd allocates a table for all allowed file descriptors, and containers allow a million.
ulimit -n 1024
umask 077
mkdir -p "$home"
configure
if [ ! -e "$home/loaded" ]; then
  rm -rf "$home/db"
  mkdir "$home/db"
  base > "$home/base.ldif"
  accounts > "$home/accounts.ldif"
  for file in "$home/base.ldif" "$ldif" "$home/accounts.ldif"; do
    [ ! -s "$file" ] || "$slapd" -Ta -q -w -f "$home/slapd.conf" -l "$file"
  done
  touch "$home/loaded"
fi
exec "$slapd" -d 0 -h "${SLAPD_LISTEN:-ldap:///}" -f "$home/slapd.conf"

#!/usr/bin/env bash
# Tries a deployment out with what needs no key: smoke.sh https://…
set -euo pipefail
endpoint=${1:?the address of the deployment}

# The vault answers: the key set holds a key, which the app could read and may therefore sign with.
# A new app takes a while to answer at all.
keys=$(curl -fsS --retry 20 --retry-delay 6 --retry-all-errors --max-time 30 "$endpoint/.well-known/jwks.json")
[[ $keys == *'"kid"'* ]] || { echo "The key set is empty." >&2; exit 1; }

# The tables answer: a license that does not exist is looked for and not found.
status=$(curl -sS --retry 5 --retry-delay 6 --max-time 30 -o /dev/null -w '%{http_code}' \
  "$endpoint/verify?license_key=SMOKE-TEST-OF-A-DEPLOYMENT&domain=smoke.example.com")
[ "$status" = 404 ] || { echo "/verify of an unknown key answered $status, not 404." >&2; exit 1; }
# The tables take a write, and the vault makes a signature.
ready=$(curl -sS --retry 5 --retry-delay 6 --max-time 30 "$endpoint/health/ready")
[[ $ready == '{"status":"ok"'* ]] || { echo "Not ready: $ready" >&2; exit 1; }
echo "$endpoint answers."

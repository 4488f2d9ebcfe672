#!/bin/sh
# A STAND-IN for acme.sh, which is in no package: for a lab that has no checkout of it. It takes those of acme.sh's words
# that the guide's step says, keeps the same files, and orders real certificates of the lab's authority with Debian's
# dehydrated, which lies beside it. Of the DNS providers it knows dns_acmedns alone.
# shellcheck disable=SC2034 # the guide reads it, as out of acme.sh
VER=3.1.3
set -eu
umask 077

home=/root/.acme.sh
command='' main='' names='' server='' way='' reload=''
while [ "$#" -gt 0 ]; do
  case $1 in
    --home) home=$2 && shift ;;
    -d) main=${main:-$2} names="$names${names:+ }$2" && shift ;;
    --server) server=$2 && shift ;;
    --dns) way=$2 && shift ;;
    --standalone) way=no ;;
    --reloadcmd) reload=$2 && shift ;;
    # its only provider publishes at once
    --dnssleep | --keylength | -m) shift ;;
    --ecc | --force | --listen-v6) ;;
    --issue | --renew | --install-cert | --install-cronjob | --uninstall | --cron | --list) command=$1 ;;
    *)
      echo "the stand-in for acme.sh does not know $1"
      exit 1
      ;;
  esac
  shift
done
folder=$home/${main}_ecc
settings=$folder/$main.conf

# keep FILE NAME VALUE; kept FILE NAME
keep() {
  { grep -v "^$2=" "$1" 2>/dev/null || true; printf "%s='%s'\n" "$2" "$3"; } >"$1.new"
  mv "$1.new" "$1"
}
kept() { sed -n "s/^$2='\(.*\)'\$/\1/p" "$1" 2>/dev/null; }

keep_keys() {
  for name in ACMEDNS_BASE_URL ACMEDNS_USERNAME ACMEDNS_PASSWORD ACMEDNS_SUBDOMAIN; do
    value=$(printenv "$name" || true)
    [ -z "$value" ] || keep "$home/account.conf" "SAVED_$name" "$value"
  done
}

write_challenge_hook() {
  cat >"$home/challenge" <<'END'
#!/bin/sh
set -eu
home=${0%/*}
kept() { sed -n "s/^SAVED_$1='\(.*\)'\$/\1/p" "$home/account.conf"; }
case $1 in
  deploy_challenge)
    if [ "$WAY" = no ]; then
      printf 'HTTP/1.0 200 OK\r\n\r\n%s' "$4" >"$home/answer"
      # what was asked is read to its empty line first: else the connection would be reset, and the answer lost
      printf '%s\n' 'sed "/^.\{0,1\}$/q" >/dev/null' "cat $home/answer" >"$home/serve"
      socat TCP6-LISTEN:80,reuseaddr,fork EXEC:"sh $home/serve" >/dev/null 2>&1 &
      echo "$!" >"$home/listener"
      until ss -Hltn 'sport = :80' | grep -q .; do sleep 0.1; done
    else
      {
        printf 'header = "X-Api-User: %s"\n' "$(kept ACMEDNS_USERNAME)"
        printf 'header = "X-Api-Key: %s"\n' "$(kept ACMEDNS_PASSWORD)"
      } | curl -fsS --noproxy '*' -K - --data "{\"subdomain\": \"$(kept ACMEDNS_SUBDOMAIN)\", \"txt\": \"$4\"}" \
        "$(kept ACMEDNS_BASE_URL)/update" >/dev/null
    fi
    ;;
  clean_challenge)
    [ "$WAY" != no ] || kill "$(cat "$home/listener")"
    ;;
esac
END
  chmod 0700 "$home/challenge"
}

# order NAMES SERVER WAY
order() {
  write_challenge_hook
  kind=dns-01
  [ "$3" != no ] || kind=http-01
  mkdir -p "$home/orders/answers"
  cat >"$home/orders/config" <<END
CA='$2'
CHALLENGETYPE=$kind
BASEDIR='$home/orders'
WELLKNOWN='$home/orders/answers'
HOOK='$home/challenge'
KEY_ALGO=prime256v1
KEYSIZE=2048
PRIVATE_KEY_RENEW=no
END
  export WAY="$3"
  bash "$home/dehydrated" --config "$home/orders/config" --cron --force --accept-terms --domain "$1" || return 1
  made=$home/orders/certs/$main
  cp "$made/privkey.pem" "$folder/$main.key"
  cp "$made/cert.pem" "$folder/$main.cer"
  cp "$made/fullchain.pem" "$folder/fullchain.cer"
  now=$(date +%s)
  keep "$settings" Le_CertCreateTime "$now"
  keep "$settings" Le_NextRenewTime "$((now + 29 * 86400))"
}

reload() {
  encoded=$(kept "$settings" Le_ReloadCmd)
  [ -n "$encoded" ] || return 0
  encoded=${encoded#__ACME_BASE64__START_}
  sh -c "$(printf '%s' "${encoded%__ACME_BASE64__END_}" | base64 -d)" || echo "Reload error for: $main"
}

renew() {
  alternatives=$(kept "$settings" Le_Alt)
  order "$main${alternatives:+ }$alternatives" "$(kept "$settings" Le_API)" "$(kept "$settings" Le_Webroot)" && reload
}

case $command in
  --issue)
    mkdir -p "$folder"
    keep_keys
    keep "$settings" Le_Domain "$main"
    keep "$settings" Le_Alt "$(printf '%s' "$names" | cut -d ' ' -f 2- -s)"
    keep "$settings" Le_Webroot "$way"
    keep "$settings" Le_API "$server"
    order "$names" "$server" "$way"
    ;;
  --renew) renew ;;
  --cron)
    for settings in "$home"/*_ecc/*.conf; do
      [ "$(kept "$settings" Le_NextRenewTime)" -le "$(date +%s)" ] || continue
      main=$(kept "$settings" Le_Domain) folder=${settings%/*}
      renew
    done
    ;;
  --install-cert)
    keep "$settings" Le_ReloadCmd "__ACME_BASE64__START_$(printf '%s' "$reload" | base64 -w 0)__ACME_BASE64__END_"
    reload
    ;;
  --install-cronjob)
    { crontab -l 2>/dev/null || true; echo "17 3 * * * \"$home\"/acme.sh --cron --home \"$home\" > /dev/null"; } | crontab -
    ;;
  --uninstall)
    crontab -l | sed '/acme\.sh --cron/d' | crontab -
    rm "$home/acme.sh"
    ;;
  --list) for settings in "$home"/*_ecc/*.conf; do cat "$settings"; done ;;
esac

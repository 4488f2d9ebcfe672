import { serverName } from '../first-checkpoints.ts';
import type { Fault, FaultPlace } from './fault.ts';
import { replaceFile } from './files.ts';
import { needFile, sh, startAfresh } from './on-server.ts';

const configuration = '/etc/chasquid/chasquid.conf';
const domains = '/etc/chasquid/domains';

/** A fault that shows only when chasquid starts: it is started anew after each half. */
function afresh(place: FaultPlace, { inject, takeBack }: Fault): Fault {
  return {
    inject: async () => {
      await inject();
      await startAfresh(place);
    },
    takeBack: async () => {
      await takeBack();
      await startAfresh(place);
    },
  };
}

/** Lines of shell that break something, and others that mend it, also where it was not broken. */
function byShell(place: FaultPlace, { breaks, mends }: { readonly breaks: string; readonly mends: string }): Fault {
  return {
    inject: async () => void (await sh(place, breaks)),
    takeBack: async () => void (await sh(place, mends)),
  };
}

/** chasquid greets with the name of another server, as a configuration says that was copied from a page. */
export async function nameAnother(place: FaultPlace): Promise<Fault> {
  const text = await sh(place, `sed 's/^hostname: .*/hostname: "mail.example.org"/' ${configuration}`);
  return afresh(place, await replaceFile(place, { path: configuration, text: `${text}\n` }));
}

/** The folder of the domain has the name of the mail server, as on a server that was set up for that domain. */
export async function nameDomainWrong(place: FaultPlace): Promise<Fault> {
  await needFile(place, `${domains}/example.com`);
  return afresh(
    place,
    byShell(place, {
      breaks: `mv ${domains}/example.com ${domains}/mail.example.com`,
      mends: `[ ! -e ${domains}/mail.example.com ] || mv ${domains}/mail.example.com ${domains}/example.com`,
    }),
  );
}

/** The socket for port 25 is handed over under a name that chasquid does not know. */
export function hideSocket(place: FaultPlace): Fault {
  const folder = '/run/systemd/system/chasquid-smtp.socket.d';
  return afresh(
    place,
    byShell(place, {
      breaks: `mkdir -p ${folder}; printf '[Socket]\\nFileDescriptorName=mail\\n' >${folder}/fault.conf`,
      mends: `rm -rf ${folder}`,
    }),
  );
}

/** In the place of the newest programs are those of the suite's own package. Throws LabError where it has none. */
export async function takeOldDaemon(place: FaultPlace): Promise<Fault> {
  const programs = 'chasquid chasquid-util';
  await sh(
    place,
    `mkdir -p /run/fault-daemon/old /run/fault-daemon/new
cd /run/fault-daemon
oldest=$(apt-cache madison chasquid | awk '{ print $3 }' | sort -V | head -n 1)
apt-get -qq download "chasquid=$oldest" 2>/dev/null
dpkg -x chasquid_*.deb old`,
  );
  return afresh(
    place,
    byShell(place, {
      breaks: `cd /usr/bin; cp -p ${programs} /run/fault-daemon/new/
systemctl stop chasquid.service
cd /run/fault-daemon/old/usr/bin; cp -p ${programs} /usr/bin/`,
      mends: `cd /run/fault-daemon/new; [ -e chasquid ] || exit 0
systemctl stop chasquid.service
cp -p ${programs} /usr/bin/; rm ${programs}`,
    }),
  );
}

/** A hundred and sixty messages wait in the queue. */
export function fillQueue(place: FaultPlace): Fault {
  const queue = '/var/lib/chasquid/queue';
  return byShell(place, {
    breaks: `for n in $(seq 160); do : >${queue}/m:fault$n; done`,
    mends: `rm -f ${queue}/m:fault*`,
  });
}

/** Somebody else holds port 80, where the authority must find acme.sh at each renewal. */
export function takePort80(place: FaultPlace): Fault {
  return byShell(place, {
    breaks: 'systemd-run --quiet --unit=a-web-server --socket-property=ListenStream=80 sleep infinity',
    mends: 'systemctl stop a-web-server.socket a-web-server.service 2>/dev/null || true',
  });
}

/** A renewed certificate lies on the disk, and chasquid goes on with the one of before. */
export async function serveOldCertificate(place: FaultPlace): Promise<Fault> {
  const installed = `/etc/chasquid/certs/${serverName}`;
  const authority = '/root/.acme.sh';
  const kept = '/run/fault-certificate';
  await needFile(place, `${installed}/fullchain.pem`);
  return {
    inject: async () => {
      await sh(
        place,
        `mkdir ${kept}; cp -a ${installed} ${kept}/old; cp -a ${authority} ${kept}/authority
${authority}/acme.sh --home ${authority} --renew -d ${serverName} --ecc --force </dev/null >/dev/null 2>&1
cp -a ${installed} ${kept}/new
cp -a ${kept}/old/. ${installed}/`,
      );
      await startAfresh(place);
      await sh(place, `cp -a ${kept}/new/. ${installed}/`);
    },
    takeBack: async () => {
      await sh(
        place,
        `[ -e ${kept}/authority ] || exit 0
cp -a ${kept}/old/. ${installed}/
rm -r ${authority}; mv ${kept}/authority ${authority}
rm -r ${kept}`,
      );
      await startAfresh(place);
    },
  };
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Program, type Said, targetWords } from '../cli/a-program.ts';
import { aGuide, aStep } from '../guide/a-guide.ts';
import { aDirectory } from '../session/a-session.ts';
import { startSshd } from '../sshd.ts';

/** What the planted secret is: no report may hold it, in any spelling. */
export const plantedSecret = 'tr0ub4dor&3-horse';

/** What a server of ill will prints: it would drive terminals, browsers, and readers of Markdown. */
export const hostileText =
  '\u001b]0;owned\u0007\u001b[2J<script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)> ' +
  '[click](http://evil.example/y) `code` ```fence | pipe & ]]> # TODO not ok \u202egnp.exe';

/** A session that real actions on a real sshd have made. */
export interface WorkedSession {
  /** XDG_STATE_HOME. */
  readonly state: string;
  /** The target, as a verb takes it. */
  readonly target: string;
  /** How the run ended. */
  readonly ran: Said;
}

/** Takes a guide with proofs, a failure, a secret, hostile output and records through a real server. */
export async function aWorkedSession(program: Program): Promise<WorkedSession> {
  const server = await startSshd();
  onTestFinished(() => server.stop());
  await server.trust();
  const state = aDirectory();
  const place = aDirectory();
  const secretFile = join(place, 'secret');
  writeFileSync(secretFile, `${plantedSecret}\n`, { mode: 0o600 });
  writeFileSync(join(place, 'hostile'), hostileText);
  const guide = await aGuide(
    {
      one: aStep([
        '```sh run',
        `echo making one for "$DOMAIN"; echo one > ${place}/one`,
        '```',
        '```sh verify',
        `[ -e ${place}/one ] && echo "one is there" || { echo "no one"; exit 1; }`,
        '```',
        '```sh undo',
        `rm -f ${place}/one`,
        '```',
      ]),
      account: aStep(
        [
          '```sh run',
          `read -r password; printf '%s' "$password" > ${place}/password; echo "the password is $password"`,
          '```',
          '```sh verify',
          `read -r password; [ -e ${place}/password ] || exit 1; echo "seen: $(cat ${place}/password)"; echo "key=$(cat ${place}/password)" >> "$BREVDUVA_OUTPUT"`,
          '```',
        ],
        ['secrets: [password]', 'gives: [key]'],
      ),
      hostile: aStep([
        '```sh run',
        `cat ${place}/hostile; touch ${place}/tried`,
        '```',
        '```sh verify',
        `echo "remedy: $(cat ${place}/hostile)"; cat ${place}/hostile; exit 1`,
        '```',
      ]),
      publish: aStep(
        [
          '```yaml verify',
          '- dns: {records: true}',
          '```',
          '```yaml records',
          "- {name: '{{domain}}', type: MX, value: 'mx.{{domain}}', priority: 10}",
          "- {name: 'k._domainkey.{{domain}}', type: TXT, value: 'p={{key}}'}",
          '```',
        ],
        ['needs: [hostile]'],
      ),
    },
    ['domain: {type: domain, label: Domain}', 'password: {type: secret, label: Password}'],
  );
  const [target = '', ...words] = await targetWords(server);
  const ran = await program.call(
    [
      ...['run', target, ...words, '--yes', '--trust', '--guide', guide.path('runbook/guide.md')],
      ...['--set', 'domain=example.com', '--secret-file', `password=${secretFile}`],
    ],
    { state },
  );
  return { state, target, ran };
}

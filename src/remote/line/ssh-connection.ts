import type { Duplex } from 'node:stream';
import type { Privilege } from '../authentication/privilege.ts';
import type { Connection, ExecResult, HostKey, RemoteShell, ScriptOptions } from '../connection.ts';
import { type Line, runScriptOn } from '../scripts/run-script.ts';
import { dialThrough } from './dial.ts';
import type { Hop } from './hop.ts';
import { openShellOn, readLoginOn } from './login.ts';

/** A Connection by ssh2. */
export class SshConnection implements Connection {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly hostKey: HostKey;
  readonly privilege: Connection['privilege'];
  readonly lost: Promise<string>;
  readonly #hop: Hop;
  readonly #line: Line;
  readonly #access: Privilege['access'];

  constructor(hop: Hop, line: Line, { privilege, access }: Privilege) {
    this.#hop = hop;
    this.#line = line;
    this.#access = access;
    this.host = hop.settings.alias;
    this.address = hop.settings.hostname;
    this.port = hop.settings.port;
    this.user = hop.settings.user;
    this.hostKey = hop.hostKey;
    this.privilege = privilege;
    this.lost = hop.lost;
  }

  runScript(script: string, options: ScriptOptions): Promise<ExecResult> {
    return runScriptOn(this.#line, this.#access, { ...options, script });
  }

  dial(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
    return dialThrough(this.#hop.client, { host, port, lost: this.lost }, signal);
  }

  readLogin(options: Parameters<Connection['readLogin']>[0]): Promise<string> {
    return readLoginOn(this.#line, this.#hop.banner, options);
  }

  openShell(size: { readonly columns: number; readonly rows: number }): Promise<RemoteShell> {
    return openShellOn(this.#line, size);
  }

  async close(): Promise<void> {
    await Promise.all(this.#line.stopping);
    await this.#hop.close();
  }
}

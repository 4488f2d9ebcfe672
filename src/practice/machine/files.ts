import type { BufferEncoding, ByteString, FileContent, FsStat } from 'just-bash';
import { InMemoryFs, unsafeBytesFromLatin1 } from 'just-bash';

/** Who owns a file, and which group; by name. */
export interface Owner {
  readonly user: string;
  readonly group: string;
}

/** A file whose content is made when it is read, and taken in when it is written: those of /proc, /sys and /dev. */
export interface Device {
  read?(): string;
  /** Called with each piece that is written, as bytes. Without it the file cannot be written. */
  write?(bytes: Buffer): void;
}

type Reading = Parameters<InMemoryFs['readFile']>[1];
type Writing = Parameters<InMemoryFs['writeFile']>[2];

const root: Owner = { user: 'root', group: 'root' };

/**
 * The machine's files: in memory, with owners, and with device files. just-bash's own file system knows modes but no
 * owners, so those are kept here, by path; a path that is removed forgets its owner.
 */
export class MachineFiles extends InMemoryFs {
  readonly #owners = new Map<string, Owner>();
  readonly #devices = new Map<string, Device>();
  readonly #programs = new Set<string>();

  /** Puts a device file at a path. */
  async mount(path: string, device: Device): Promise<void> {
    await this.mkdir(folderOf(path), { recursive: true });
    await super.writeFile(path, '');
    if (device.write === undefined) await this.chmod(path, 0o444);
    this.#devices.set(path, device);
  }

  /** Takes a device file away. */
  async unmount(path: string): Promise<void> {
    this.#devices.delete(path);
    await super.rm(path, { force: true });
  }

  /** Opens a file for bytes that nobody keeps: what is appended to it goes to `take`. The path is in no folder. */
  pipe(path: string, take: (bytes: Buffer) => void): void {
    this.#devices.set(path, { write: take });
  }

  /** Closes what `pipe` opened; what is still appended is dropped. */
  unpipe(path: string): void {
    this.#devices.set(path, { write: () => undefined });
  }

  ownerOf(path: string): Owner {
    return this.#owners.get(path) ?? root;
  }

  /** Sets user or group of a path; what is left out stays. */
  own(path: string, owner: Partial<Owner>): void {
    this.#owners.set(path, { ...this.ownerOf(path), ...owner });
  }

  /** Writes a file with all that belongs to it; its folder is made where it is missing. */
  async put(path: string, content: FileContent, { mode = 0o644, owner = root } = {}): Promise<void> {
    await this.mkdir(folderOf(path), { recursive: true });
    await this.writeFile(path, content);
    await this.chmod(path, mode);
    this.own(path, owner);
  }

  /** The text of a file, or undefined where there is none. */
  async text(path: string): Promise<string | undefined> {
    return (await this.exists(path)) && !(await this.stat(path)).isDirectory ? this.readFile(path) : undefined;
  }

  override async readFile(path: string, options?: Reading): Promise<string> {
    return this.#read(path) ?? super.readFile(path, options);
  }

  override async readFileBytes(path: string): Promise<ByteString> {
    const text = this.#read(path);
    if (text === undefined) return super.readFileBytes(path);
    return unsafeBytesFromLatin1(Buffer.from(text).toString('latin1'));
  }

  override async readFileBuffer(path: string): Promise<Uint8Array> {
    const text = this.#read(path);
    return text === undefined ? super.readFileBuffer(path) : Buffer.from(text);
  }

  override async writeFile(path: string, content: FileContent, options?: Writing): Promise<void> {
    if (!this.#write(path, content, options)) await super.writeFile(path, content, options);
  }

  /** just-bash writes a file for every program whenever a shell begins; one that is there already is left alone. */
  override writeFileSync(...args: Parameters<InMemoryFs['writeFileSync']>): void {
    const [path] = args;
    if (this.#programs.has(path)) return;
    if (/^\/(usr\/)?bin\/[^/]+$/.test(path)) this.#programs.add(path);
    super.writeFileSync(...args);
  }

  override async appendFile(path: string, content: FileContent, options?: Writing): Promise<void> {
    if (!this.#write(path, content, options)) await super.appendFile(path, content, options);
  }

  override async stat(path: string): Promise<FsStat> {
    const device = this.#devices.get(path);
    if (device?.read === undefined) return super.stat(path);
    // Linux tells 0, but programs of the practice machine look at the size before they read.
    return { ...(await super.stat(path)), size: Buffer.byteLength(device.read()) };
  }

  override async rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    await super.rm(path, options);
    for (const owned of [...this.#owners.keys()]) {
      if (owned === path || owned.startsWith(`${path}/`)) this.#owners.delete(owned);
    }
  }

  override async mv(from: string, to: string): Promise<void> {
    await super.mv(from, to);
    for (const [owned, owner] of [...this.#owners]) {
      if (owned !== from && !owned.startsWith(`${from}/`)) continue;
      this.#owners.delete(owned);
      this.#owners.set(`${to}${owned.slice(from.length)}`, owner);
    }
  }

  #read(path: string): string | undefined {
    return this.#devices.get(path)?.read?.();
  }

  /** True where the path is a device, and the device has taken the bytes. */
  #write(path: string, content: FileContent, options?: Writing): boolean {
    const device = this.#devices.get(path);
    if (device === undefined) return false;
    if (device.write === undefined) throw new Error(`EACCES: permission denied, open '${path}'`);
    const bytes = asBytes(content, typeof options === 'string' ? options : options?.encoding);
    if (bytes.length > 0) device.write(bytes);
    return true;
  }
}

/** The folder that a path is in. */
export function folderOf(path: string): string {
  return path.replace(/\/[^/]*$/, '') || '/';
}

/** just-bash hands bytes on as text of one character a byte, and says so by the encoding. */
function asBytes(content: FileContent, encoding: BufferEncoding | undefined): Buffer {
  if (typeof content !== 'string') return Buffer.from(content);
  return Buffer.from(content, encoding === 'binary' || encoding === 'latin1' ? 'latin1' : 'utf8');
}

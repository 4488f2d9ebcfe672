/** Of an entry in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
}

/** What the machine is to the mail server that runs on it. Paths are absolute. */
export interface MailHost {
  /** The bytes of a file, as root would read it; undefined where there is none. */
  read(path: string): Promise<Buffer | undefined>;
  /** What a folder holds, by name; undefined where there is no such folder. */
  list(path: string): Promise<readonly FolderEntry[] | undefined>;
  /** Whether the user chasquid may read it. */
  canRead(path: string): Promise<boolean>;
  /** Writes a file as the user chasquid, its folder too where it is missing; mode 0600. */
  write(path: string, text: string): Promise<void>;
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>;
  /** The system's host name, which may have no domain. */
  hostname(): string;
  /** The address from which the machine reaches others; undefined without an address or a route of that family. */
  source(family: 4 | 6): string | undefined;
  now(): Date;
  /** A line of the unit's journal. */
  log(line: string): void;
}

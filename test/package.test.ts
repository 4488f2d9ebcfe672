import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { Pty, ptyAvailable } from './pty.ts';
import { aDirectory } from './session/a-session.ts';

const root = join(import.meta.dirname, '..');

describe('the packed tarball, installed in an empty directory', () => {
  it('brings all that it needs: no registry is asked, and the program runs and opens', {
    timeout: 180_000,
  }, async () => {
    const packed = aDirectory();
    const place = aDirectory();
    await execa('npm', ['pack', '--pack-destination', packed], { cwd: root });
    const { stdout: tarball } = await execa('sh', ['-c', 'echo *.tgz'], { cwd: packed });
    await execa('npm', ['install', '--offline', '--no-audit', '--no-fund', join(packed, tarball)], { cwd: place });
    const { stdout: help } = await execa('npx', ['--offline', 'brevduva', '--help'], { cwd: place });
    expect(help).toContain('Usage: brevduva');
    const { stdout: linted } = await execa('npx', ['--offline', 'brevduva', 'lint'], { cwd: place });
    expect(linted).toBe('Nothing is wrong.');

    if (!ptyAvailable()) return;
    const pty = new Pty('npx --offline brevduva', {
      directory: place,
      environment: { XDG_STATE_HOME: aDirectory(), CI: 'true' },
    });
    await pty.until('A mail server that Gmail trusts');
    pty.type('q');
    expect(await pty.ended).toBe(0);
  });
});

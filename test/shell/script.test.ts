import { afterAll, describe, expect, it } from 'vitest';
import { environmentLines, runGuideScript, statusUnparsable } from '../../src/shell/script.ts';
import { asSh, shellsHere } from './shells.ts';

describe.each(shellsHere())('a guide script run by $name', (where) => {
  const shell = asSh(where);
  afterAll(() => shell.remove());

  /** Runs one guide script and gives its joined output, its status, and whether it was called unparsable. */
  async function run(text: string, secrets: readonly string[] = []) {
    const script = `${runGuideScript(text, secrets)}printf '\\n%s %s' "$status" "$unparsable"`;
    const { stdout, stderr } = await shell.run(script);
    const printed = stdout.toString();
    const last = printed.lastIndexOf('\n');
    const [status, unparsable] = printed.slice(last + 1).split(' ');
    return { output: printed.slice(0, last), stderr: stderr.toString(), status: Number(status), unparsable };
  }

  it.each([0, 1, 2, 3, 64, 75, 127, 200, 255])('ends with exit status %i', async (status) => {
    expect(await run(`exit ${status}`)).toMatchObject({ status, unparsable: '' });
  });

  it('ends with the status of its last command where it does not exit', async () => {
    expect(await run('true\nfalse')).toMatchObject({ status: 1 });
  });

  it('stops at the first failure under set -e, and only then', async () => {
    expect(await run('set -e\necho before\nfalse\necho after')).toMatchObject({ status: 1, output: 'before\n' });
    expect(await run('false\necho after')).toMatchObject({ status: 0, output: 'after\n' });
  });

  it.each([
    ['an open quote', "echo 'never closed"],
    ['an open block', 'if true; then\necho ran'],
    ['a stray word', 'echo ran\nfi'],
    ['a closing and an opening brace out of balance', 'echo ran\n}\necho ran\n{ :'],
  ])('does not run at all with %s', async (_, text) => {
    const result = await run(text);
    expect(result).toMatchObject({ status: statusUnparsable, unparsable: 'yes' });
    expect(result.output).not.toMatch(/^ran/m);
    expect(result.output).not.toBe('');
  });

  it('may itself exit with 70 and is not called unparsable', async () => {
    expect(await run('exit 70')).toMatchObject({ status: 70, unparsable: '' });
  });

  it.each(['', '\n', '# nothing to do\n'])('may do nothing at all: %j', async (text) => {
    expect(await run(text)).toMatchObject({ status: 0, output: '' });
  });

  it('joins stderr to stdout in the order of writing', async () => {
    const result = await run('for i in 1 2 3; do echo out$i; echo err$i >&2; done');
    expect(result).toMatchObject({ output: 'out1\nerr1\nout2\nerr2\nout3\nerr3\n', stderr: '' });
  });

  it('reads each secret as a line of standard input, exactly, and then end-of-file', async () => {
    const secrets = ['p ä$ss`w"ö\\rd\'', '  spaces  ', '%s\\n', '-n'];
    const text = [
      'for i in 1 2 3 4; do IFS= read -r line || exit 9; printf "<%s>" "$line"; done',
      'read -r more || printf EOF',
    ].join('\n');
    expect(await run(text, secrets)).toMatchObject({
      output: `${secrets.map((s) => `<${s}>`).join('')}EOF`,
      status: 0,
    });
  });

  it('gets end-of-file at once where there is no secret', async () => {
    expect(await run('cat; read -r line || echo EOF')).toMatchObject({ output: 'EOF\n' });
  });

  it('ends well where it reads none of its secrets', async () => {
    expect(await run('exit 4', ['unread'])).toMatchObject({ status: 4 });
  });

  it('may hold heredocs, quotes and functions', async () => {
    const text = [
      'say() { printf "%s!" "$1"; }',
      "cat <<'EOF'",
      `don't "touch" $this \\n`,
      'EOF',
      'cat <<EOF',
      '$(say hi)',
      'EOF',
    ].join('\n');
    expect(await run(text)).toMatchObject({ output: 'don\'t "touch" $this \\n\nhi!\n', status: 0 });
  });

  it('may end with a heredoc and no newline', async () => {
    expect(await run('cat <<EOF\nlast\nEOF')).toMatchObject({ output: 'last\n', status: 0 });
  });

  it('runs its own exit trap, and keeps its changes to itself', async () => {
    const result = await run('trap "echo bye" EXIT\ncd /\nstatus=99\nexit 3');
    expect(result).toMatchObject({ output: 'bye\n', status: 3 });
  });

  it('sees the guide’s variables and ours', async () => {
    const lines = environmentLines({ DOMAIN: "a'b", TERM: 'xterm' });
    const { stdout } = await shell.run(`${lines}${runGuideScript('echo "$DOMAIN $TERM $DEBIAN_FRONTEND"', [])}`);
    expect(stdout.toString()).toBe("a'b xterm noninteractive\n");
  });
});

/** `CSI 3 J` erases the scrollback (xterm's control sequences): what the person's shell printed before us. */
const eraseScrollback = '\u001B[3J';

/**
 * The same stream, but for what would erase the shell's scrollback: Ink 7 sends that on exit and on some resizes, even
 * on the alternate screen. The real stream is left as it is; everything else about it is passed through.
 */
export function sparingScrollback(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (chunk: unknown, ...rest: unknown[]): unknown =>
    Reflect.apply(stdout.write, stdout, [
      typeof chunk === 'string' ? chunk.replaceAll(eraseScrollback, '') : chunk,
      ...rest,
    ]);
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

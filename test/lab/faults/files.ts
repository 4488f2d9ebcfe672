import type { Fault, FaultPlace } from './fault.ts';

/** Writes another text into a file of the server. Its owner, rights and times come back with what was in it. */
export async function replaceFile(
  { vps }: FaultPlace,
  { path, text }: { readonly path: string; readonly text: string },
): Promise<Fault> {
  const kept = `/run/fault${path.replaceAll('/', '-')}`;
  const sh = async (script: string, input = ''): Promise<void> => {
    await vps.exec('sh', ['-euc', script, 'replace-file', path, kept], { input });
  };
  await sh('[ -f "$1" ]');
  return {
    inject: () => sh('[ -e "$2" ] || cp -p "$1" "$2"; cat >"$1"', text),
    takeBack: () => sh('[ ! -e "$2" ] || mv "$2" "$1"'),
  };
}

import type { ProbeKind, ProbeSpec } from '../probe/spec.ts';
import { isProbeKind, probeSchemas } from '../probe/spec.ts';
import type { Complain } from './error.ts';
import { didYouMean, listed } from './nearest.ts';
import type { Conforming, YamlReading } from './yaml.ts';
import { conform } from './yaml.ts';

const kinds = Object.keys(probeSchemas);
const form = 'Write a list of probes, such as `- tcp: {from: here, host: $HOST, port: 25}`.';

/** The probes of a `yaml verify` fence; complains of all that is wrong with it, and leaves those probes out. */
export function readTypedProbes(reading: YamlReading, complain: Complain): readonly ProbeSpec[] {
  const { value } = reading;
  if (!Array.isArray(value) || value.length === 0) {
    complain({ sentence: 'A `yaml verify` fence must be a list of probes.', place: reading.placeOf([]), remedy: form });
    return [];
  }
  return value.flatMap((entry: unknown, position) => readProbe(entry, position, { reading, complain }) ?? []);
}

function readProbe(
  entry: unknown,
  position: number,
  fence: { readonly reading: YamlReading; readonly complain: Complain },
): ProbeSpec | undefined {
  const keys = typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? Object.keys(entry) : [];
  const [kind] = keys;
  const refuse = (sentence: string, remedy: string, path: readonly PropertyKey[] = [position]) => {
    fence.complain({ sentence, place: fence.reading.placeOf(path), remedy });
    return undefined;
  };
  if (kind === undefined || (keys.length > 1 && keys.every((key) => !kinds.includes(key)))) {
    return refuse('This entry is no probe.', form);
  }
  if (keys.length > 1) {
    // why: `- tcp:` with its keys not indented below it is how this most often goes wrong
    return refuse(
      `A probe has one key, its kind, but this one has ${listed(keys)}.`,
      'Indent what a probe asks below its kind, and begin each probe with its own `-`.',
    );
  }
  if (!isProbeKind(kind)) {
    return refuse(`There is no probe of the kind \`${kind}\`.`, didYouMean(kind, kinds, 'kind'), [position, kind]);
  }
  return readSpec(kind, { ...fence, at: [position, kind] });
}

function readSpec<Kind extends ProbeKind>(kind: Kind, part: Conforming): ProbeSpec<Kind> | undefined {
  const spec = conform(probeSchemas[kind], part);
  return spec && { kind, spec };
}

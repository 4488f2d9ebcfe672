import type { BuildOptions } from 'esbuild';

/** esbuild's options for everything of ours that node runs; callers add entries and outputs. */
export const bundling: BuildOptions & { readonly banner: { readonly js: string } };

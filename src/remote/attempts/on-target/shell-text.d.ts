/** A shell script, imported as text: `import text from './x.sh' with { type: 'text' }`. */
declare module '*.sh' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the import attribute gives a text as its module's default export
  export default text;
}

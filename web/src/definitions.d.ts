declare module '*/docs/figures.md' {
  /** What each figure means, by its name. */
  const definitions: Record<string, string>
  export default definitions
}

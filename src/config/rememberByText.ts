/** What was made of the last texts, so that nobody who has the same text makes it again. */

/** `mostKept`: characters of texts, the last of which is kept whatever its length. What `make` answers must not be changed. */
export function rememberByText<T>(make: (text: string) => T, mostKept: number): (text: string) => T {
  const made = new Map<string, T>();
  let kept = 0;
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) {
      made.delete(text);
      made.set(text, known);
      return known;
    }
    const value = make(text);
    made.set(text, value);
    kept += text.length;
    for (const oldest of made.keys()) {
      if (kept <= mostKept || oldest === text) break;
      made.delete(oldest);
      kept -= oldest.length;
    }
    return value;
  };
}

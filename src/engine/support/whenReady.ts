/** Begins something as soon as what it needs is there; whoever no longer wants it by then gets nothing. */
interface Disposable {
  dispose: () => void;
}

/** `ready` of `null`: it is there already. */
export function whenReady(
  ready: Promise<void> | null,
  begin: () => Disposable,
  onError: (error: unknown) => void,
): Disposable {
  if (ready === null) return begin();
  let begun: Disposable | null = null;
  let gone = false;
  void ready.then(() => {
    if (!gone) begun = begin();
  }, onError);
  return {
    dispose: () => {
      gone = true;
      begun?.dispose();
    },
  };
}

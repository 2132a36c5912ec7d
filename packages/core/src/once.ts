/**
 * A function that makes a value when it is first called, and gives the same one ever after. For schemas: they are made of
 * many objects, and a command needs few of them.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
